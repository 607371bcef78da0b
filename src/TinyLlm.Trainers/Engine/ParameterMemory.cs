using System.Collections.Immutable;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Engine;

/// <summary>A second set of numbers for every trained parameter, such as a moment or a copy of the weights; zero at first.</summary>
internal sealed unsafe class ParameterMemory : IDisposable
{
    private readonly nint[] _places;
    private readonly Arena _arena;

    /// <summary>Takes the memory.</summary>
    /// <exception cref="OutOfMemoryException">The system does not have that much.</exception>
    public ParameterMemory(ImmutableArray<Parameter> trained, string purpose)
    {
        var places = _places = new nint[trained.Length];
        _arena = Arena.Create(purpose, arena =>
        {
            for (var i = 0; i < places.Length; i++)
                places[i] = (nint)arena.Take(trained[i].Count);
        });
    }

    /// <summary>Gets the numbers of the trained parameter with this index, as many as it has weights.</summary>
    public float* this[int index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(!_arena.IsReal, this);
            return (float*)_places[index];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();
}
