namespace TinyLlm.Trainers.Engine;

/// <summary>What is done to the rows of a product while they are still in the cache.</summary>
internal abstract unsafe class Epilogue
{
    /// <summary>Finishes <paramref name="count"/> numbers of one row.</summary>
    public abstract void Apply(float* values, int row, int column, int count);
}
