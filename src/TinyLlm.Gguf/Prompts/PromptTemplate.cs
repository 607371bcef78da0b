namespace TinyLlm.Gguf;

/// <summary>
/// How instruction, input and response make a text: one definition for training, evaluation and the device, kept in the model's file.
/// </summary>
/// <remarks>
/// The GGUF keys are <c>tinyllm.prompt.template</c>, <c>tinyllm.prompt.instruction</c> and <c>tinyllm.prompt.end</c>, all strings.
/// </remarks>
public sealed record PromptTemplate
{
    private const string Prefix = "tinyllm.prompt.";
    private const string TextKey = Prefix + "template";
    private const string InstructionKey = Prefix + "instruction";
    private const string EndKey = Prefix + "end";

    /// <summary>Gets the template for a model that says nothing else.</summary>
    public static PromptTemplate Default { get; } = new();

    /// <summary>Gets the template that adds nothing: what stands in where a text is the prompt as it is.</summary>
    internal static PromptTemplate Plain { get; } = new() { Text = "{input}{response}" };

    /// <summary>
    /// Gets the text, in which <c>{instruction}</c>, <c>{input}</c> and <c>{response}</c> stand for the parts, the response last; <c>{{</c>
    /// and <c>}}</c> are braces. Default: a line each, with the input and the response announced. Before the response there is no space:
    /// byte pairs take it into the response's first word in training, and the device would feed it alone.
    /// </summary>
    /// <exception cref="ArgumentException">The text is not such a template.</exception>
    public string Text
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            PromptPart.Parse(value);
            field = value;
        }
    } = "{instruction}\nInput: {input}\nResponse:\n{response}";

    /// <summary>Gets the instruction, the same for every input. Default empty.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>
    /// Gets the text behind a response; generation stops at it. Default empty: the vocabulary's end token alone ends a response.
    /// </summary>
    public string End { get; init; } = "";

    /// <summary>Returns the prompt for an input: everything before the response.</summary>
    public string Format(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return string.Concat(PromptPart.Parse(Text).Select(part => part.Of(Instruction, input, response: "")));
    }

    /// <summary>Returns the whole text of an example: the prompt, the response and the end.</summary>
    /// <exception cref="ArgumentException">The response has the end text in it, at which it would be cut.</exception>
    public string Format(string input, string response)
    {
        ArgumentNullException.ThrowIfNull(response);
        CheckResponse(response);
        return Format(input) + response + End;
    }

    /// <summary>Throws where a response would be cut.</summary>
    /// <exception cref="ArgumentException">The response has the end text in it.</exception>
    internal void CheckResponse(string response)
    {
        if (End.Length > 0 && response.Contains(End, StringComparison.Ordinal))
            throw new ArgumentException(
                $"The response has the end text '{End}' in it and would be cut there; choose another end.", nameof(response));
    }

    /// <summary>Returns the response in a generated text: what stands before the end, without white space around it.</summary>
    public string ReadResponse(string generated)
    {
        ArgumentNullException.ThrowIfNull(generated);
        var end = End.Length > 0 ? generated.IndexOf(End, StringComparison.Ordinal) : -1;
        return (end < 0 ? generated : generated[..end]).Trim();
    }

    /// <summary>Returns metadata with the template in them.</summary>
    public GgufMetadata AddTo(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.With(TextKey, Text).With(InstructionKey, Instruction).With(EndKey, End);
    }

    /// <summary>Returns the template that metadata hold; <see langword="null"/> where they hold none.</summary>
    /// <exception cref="GgufFormatException">What they hold is not a template.</exception>
    public static PromptTemplate? From(GgufMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(TextKey, out var text))
            return null;
        try
        {
            return new PromptTemplate { Text = text.AsString(TextKey), Instruction = Optional(InstructionKey), End = Optional(EndKey) };
        }
        catch (ArgumentException e)
        {
            throw new GgufFormatException($"'{TextKey}': {e.Message}", text.Offset, e);
        }

        string Optional(string key) => metadata.TryGetValue(key, out var value) ? value.AsString(key) : "";
    }
}
