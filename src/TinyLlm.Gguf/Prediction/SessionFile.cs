using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>An open session: a GGUF file with the state of a sequence, then the 32 bytes of the SHA-256 of all before them.</summary>
/// <remarks>
/// <c>tokens</c> holds the sequence's tokens, I32 [tokens], where there are any; <c>state</c> llama.cpp's state, I8 [bytes]. What the
/// session depends on are texts under <c>tinyllm.session.</c>.
/// </remarks>
internal sealed class SessionFile : IDisposable
{
    private const string Architecture = "tinyllm-session";
    private const string VersionKey = "tinyllm.session_version";
    private const string OriginPrefix = "tinyllm.session.";
    private const string TokensName = "tokens";
    private const string StateName = "state";
    private const int Version = 1;

    private readonly GgufFile _file;

    private SessionFile(GgufFile file) => _file = file;

    /// <summary>Gets the sequence's tokens.</summary>
    public int[] Tokens => Find(TokensName) is { } data ? MemoryMarshal.Cast<byte, int>(data.Span).ToArray() : [];

    /// <summary>Gets llama.cpp's state, in the file's memory.</summary>
    public ReadOnlyMemory<byte> State => Find(StateName) ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>Writes a session; the file appears when it is complete.</summary>
    public static void Write(string path, SessionOrigin origin, int[] tokens, byte[] state)
    {
        var metadata = new GgufMetadata(
        [
            KeyValuePair.Create("general.architecture", GgufValue.From(Architecture)),
            KeyValuePair.Create(VersionKey, GgufValue.From(Version)),
            .. origin.Settings.Select(setting => KeyValuePair.Create(OriginPrefix + setting.Name, GgufValue.From(setting.Value))),
        ]);
        var tensors = new List<ModelTensor> { new(StateName, GgufTensorType.I8, [state.Length], state) };
        if (tokens.Length > 0)
            tensors.Add(new(TokensName, GgufTensorType.I32, [tokens.Length], MemoryMarshal.AsBytes(tokens.AsSpan()).ToArray()));
        AtomicFile.Write(path, stream => HashTrailer.Write(stream, hashed => GgufWriter.Write(hashed, metadata, tensors)));
    }

    /// <summary>Opens a session, and checks that it is whole and of this origin.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message says what differs.</exception>
    public static SessionFile Open(string path, SessionOrigin origin)
    {
        GgufFile? file = null;
        try
        {
            file = GgufFile.Open(path);
            if (!file.Metadata.TryGetValue(VersionKey, out var version))
                throw new FormatException($"'{path}' is a GGUF file of another kind.");
            if (version.AsInt32(VersionKey) != Version)
                throw new FormatException($"'{path}' is a session of version {version.Value}; version {Version} is supported.");
            HashTrailer.Check(path);
            var differences = origin.Settings
                .Select(here => (here.Name, Here: here.Value, There: Setting(file, here.Name)))
                .Where(setting => setting.There != setting.Here)
                .Select(setting => $"{setting.Name} is {setting.There} there and {setting.Here} here").ToArray();
            return differences.Length == 0
                ? new SessionFile(file)
                : throw new FormatException(
                    $"{string.Join("; ", differences)}. Open what it was saved with, or compute the prompt again.");
        }
        catch (FormatException e)
        {
            file?.Dispose();
            throw new InvalidOperationException($"'{path}' is no session of this model with these options: {e.Message}", e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static string Setting(GgufFile file, string name) =>
        file.Metadata.TryGetValue(OriginPrefix + name, out var value) ? value.AsString(OriginPrefix + name) : "missing";

    private ReadOnlyMemory<byte>? Find(string name) => _file.FindTensor(name) is { } tensor ? _file.GetData(tensor) : null;
}
