namespace TinyLlm.Gguf.Tests.Files;

/// <summary>What tests do in a process of its own, which they kill, or give no room.</summary>
internal static class ChildProgram
{
    public static void Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["write", var path]:
                AtomicFile.Write(path, stream => Wait(() => stream.Write(new byte[100_000])));
                break;
            case ["replace", var path]:
                AtomicFile.Replace(path, temporary => Wait(() => File.AppendAllText(temporary, "begun")));
                break;
            case ["scratch", var parent]:
                var scratch = new ScratchFolder(parent);
                Wait(() => File.WriteAllText(Path.Combine(scratch.Path, "model.gguf"), "secret"));
                break;
            case ["save", var from, var path]:
                Say(() => LanguageModel.Load(from).Save(path));
                break;
            case ["quantize", var from, var path]:
                Say(() => ModelQuantizer.Quantize(from, path, new QuantizationOptions { Type = GgufFileType.Q8_0 }));
                break;
            default:
                throw new ArgumentException(string.Join(' ', arguments), nameof(arguments));
        }
    }

    // Until the test kills this process, or closes its input.
    private static void Wait(Action act)
    {
        act();
        Console.WriteLine("ready");
        Console.In.ReadToEnd();
    }

    private static void Say(Action act)
    {
        try
        {
            act();
            Console.WriteLine("done");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
        }
    }
}
