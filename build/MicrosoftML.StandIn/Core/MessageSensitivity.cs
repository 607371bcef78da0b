namespace Microsoft.ML.Runtime;

/// <summary>What a message may give away.</summary>
[Flags]
public enum MessageSensitivity
{
    None = 0,
    UserData = 0x1,
    Schema = 0x2,
    Unknown = ~None,
    All = ~None,
}
