namespace TinyLlm.Trainers.Engine;

/// <summary>What layers compute with: workers, kernels, products, and scratch memory that is free between two operations.</summary>
internal sealed unsafe class Processor
{
    /// <summary>Makes a processor.</summary>
    /// <param name="pool">The workers; the caller keeps them.</param>
    /// <param name="kernels">The loops.</param>
    /// <param name="arena">Where scratch memory comes from.</param>
    /// <param name="panelNumbers">The size of matrices that are packed in one piece.</param>
    /// <param name="scratchNumbers">The size of <see cref="Scratch"/>.</param>
    public Processor(WorkerPool pool, VectorKernels kernels, Arena arena, long panelNumbers, long scratchNumbers)
    {
        (Pool, Kernels) = (pool, kernels);
        Gemm = new Gemm(pool, kernels, arena, panelNumbers);
        ColumnSums = new ColumnSums(this);
        Scratch = arena.Take(scratchNumbers);
    }

    public WorkerPool Pool { get; }

    public VectorKernels Kernels { get; }

    public Gemm Gemm { get; }

    public ColumnSums ColumnSums { get; }

    /// <summary>Gets memory that every operation may use while it runs.</summary>
    public float* Scratch { get; }
}
