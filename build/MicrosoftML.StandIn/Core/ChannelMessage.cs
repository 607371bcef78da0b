namespace Microsoft.ML.Runtime;

/// <summary>A message that went through a channel.</summary>
public readonly struct ChannelMessage
{
    public readonly ChannelMessageKind Kind;
    public readonly MessageSensitivity Sensitivity;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string message)
    {
        Kind = kind;
        Sensitivity = sensitivity;
        Message = message;
    }

    public string Message { get; }
}
