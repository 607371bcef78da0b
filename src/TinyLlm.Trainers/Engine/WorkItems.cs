namespace TinyLlm.Trainers.Engine;

/// <summary>Work that is cut into items; any worker may take any item, in any order, and the result is the same.</summary>
internal abstract class WorkItems
{
    /// <summary>Does one item.</summary>
    /// <param name="item">The item, from 0.</param>
    /// <param name="worker">Who does it, from 0; for scratch memory only.</param>
    public abstract void Execute(int item, int worker);
}
