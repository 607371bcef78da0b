using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>Rearranges the values of a tensor between Hugging Face's order and ours.</summary>
internal static class TensorArrangement
{
    /// <summary>Returns the tensor under our name and in our order; what need not move is not copied.</summary>
    public static ModelTensor ToOurs(
        ModelTensor tensor, string name, HuggingFaceNames.Arrangement arrangement, ModelArchitecture architecture) => arrangement switch
        {
            HuggingFaceNames.Arrangement.Transposed => Transpose(tensor, name),
            HuggingFaceNames.Arrangement.HalfSplit => PermuteRows(tensor, name, architecture.HeadSize, toOurs: true),
            _ => new ModelTensor(name, tensor.Type, tensor.Shape, tensor.Data),
        };

    /// <summary>Returns the tensor under their name and in their order.</summary>
    public static ModelTensor ToTheirs(
        ModelTensor tensor, string name, HuggingFaceNames.Arrangement arrangement, ModelArchitecture architecture) => arrangement switch
        {
            HuggingFaceNames.Arrangement.Transposed => Transpose(tensor, name),
            HuggingFaceNames.Arrangement.HalfSplit => PermuteRows(tensor, name, architecture.HeadSize, toOurs: false),
            _ => tensor,
        };

    private static ModelTensor Transpose(ModelTensor tensor, string name)
    {
        if (tensor.Shape.Length != 2)
            throw new ArgumentException($"{tensor} must be a matrix.");
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var bytes = new byte[tensor.Data.Length];
        if (tensor.Type.BlockBytes() == 4)
            Transpose(MemoryMarshal.Cast<byte, uint>(tensor.Data.Span), MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()), rows, columns);
        else
            Transpose(MemoryMarshal.Cast<byte, ushort>(tensor.Data.Span), MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan()), rows, columns);
        return new ModelTensor(name, tensor.Type, [columns, rows], bytes);
    }

    private static void Transpose<T>(ReadOnlySpan<T> source, Span<T> destination, int rows, int columns)
    {
        // In tiles, so that both sides stay in the cache.
        const int Tile = 32;
        for (var rowTile = 0; rowTile < rows; rowTile += Tile)
        {
            for (var columnTile = 0; columnTile < columns; columnTile += Tile)
            {
                for (var row = rowTile; row < Math.Min(rowTile + Tile, rows); row++)
                {
                    for (var column = columnTile; column < Math.Min(columnTile + Tile, columns); column++)
                        destination[(column * rows) + row] = source[(row * columns) + column];
                }
            }
        }
    }

    private static ModelTensor PermuteRows(ModelTensor tensor, string name, int headSize, bool toOurs)
    {
        if (tensor.Shape.Length != 2 || tensor.Shape[0] % headSize != 0)
            throw new ArgumentException($"{tensor} must be a matrix whose rows are heads of {headSize}.");
        var rowBytes = tensor.Data.Length / (int)tensor.Shape[0];
        var bytes = new byte[tensor.Data.Length];
        for (var row = 0; row < tensor.Shape[0]; row++)
        {
            var (head, i) = (row / headSize * headSize, row % headSize);
            var theirs = head + (i / 2) + (i % 2 * (headSize / 2)); // our row 2i + j is their row i + j·D/2
            var (from, to) = toOurs ? (theirs, row) : (row, theirs);
            tensor.Data.Span.Slice(from * rowBytes, rowBytes).CopyTo(bytes.AsSpan(to * rowBytes));
        }

        return new ModelTensor(name, tensor.Type, tensor.Shape, bytes);
    }
}
