using System.Numerics;

namespace TinyLlm.Trainers.Engine;

/// <summary>A register of 32-bit numbers. Kernels are written once over it and compiled for each width.</summary>
internal unsafe interface IVector<TSelf>
    : IAdditionOperators<TSelf, TSelf, TSelf>,
      ISubtractionOperators<TSelf, TSelf, TSelf>,
      IMultiplyOperators<TSelf, TSelf, TSelf>,
      IDivisionOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IVector<TSelf>
{
    /// <summary>Gets how many numbers the register holds.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(float* source);

    /// <summary>Returns the value in every place.</summary>
    static abstract TSelf All(float value);

    /// <summary>Returns a·b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Max(TSelf a, TSelf b);

    static abstract TSelf Min(TSelf a, TSelf b);

    static abstract TSelf Round(TSelf value);

    /// <summary>Returns 2ⁿ for whole numbers n from -126 to 127.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>Returns the numbers with each pair (2i, 2i+1) exchanged.</summary>
    static abstract TSelf SwapPairs(TSelf value);

    void Store(float* destination);

    float Sum();

    float Largest();
}
