namespace TinyLlm.Trainers.Networks;

/// <summary>The size of the batch that is being computed.</summary>
internal sealed class BatchShape
{
    /// <summary>Gets or sets B·T.</summary>
    public int Rows { get; set; }
}
