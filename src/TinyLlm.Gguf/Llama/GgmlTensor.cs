using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>What we read of <c>struct ggml_tensor</c> of ggml.h in llama.cpp v0.4.0; 336 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 336)]
internal unsafe struct GgmlTensor
{
    /// <summary>The number of <c>GGML_OP_MUL_MAT</c>.</summary>
    public const int MatrixProduct = 29;

    private const int NameBytes = 64;

    [FieldOffset(0)]
    public int Type;

    /// <summary>The innermost dimension.</summary>
    [FieldOffset(16)]
    public long Columns;

    [FieldOffset(24)]
    public long Rows;

    [FieldOffset(32)]
    public long Planes;

    /// <summary>The bytes from one row to the next.</summary>
    [FieldOffset(56)]
    public nuint RowBytes;

    [FieldOffset(80)]
    public int Operation;

    /// <summary>The first operand: of a product with a weight, the weight.</summary>
    [FieldOffset(152)]
    public GgmlTensor* Weight;

    /// <summary>The second operand.</summary>
    [FieldOffset(160)]
    public GgmlTensor* Input;

    [FieldOffset(248)]
    public void* Data;

    [FieldOffset(256)]
    public fixed byte Name[NameBytes];

    /// <summary>Gets the name's bytes.</summary>
    public ReadOnlySpan<byte> NameText
    {
        get
        {
            fixed (byte* name = Name)
                return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        }
    }
}
