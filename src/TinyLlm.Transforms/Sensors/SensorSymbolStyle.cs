namespace TinyLlm.Transforms;

/// <summary>What the symbols of bins look like.</summary>
public enum SensorSymbolStyle
{
    /// <summary>Letters behind the channel's name, a line for each channel: few tokens in the vocabularies of existing models.</summary>
    Letters,

    /// <summary>
    /// Texts such as <c>&lt;0.7&gt;</c>, one for each channel and bin: one token each in a vocabulary that is trained with them as reserved
    /// tokens.
    /// </summary>
    Reserved,
}
