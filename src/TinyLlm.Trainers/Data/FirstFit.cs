using System.Numerics;

namespace TinyLlm.Trainers.Data;

/// <summary>Packs pieces into rows of equal length: each piece goes to the first row that has room for it.</summary>
/// <remarks>
/// A tournament tree over the rows' room finds that row in O(log n). First-fit needs at most 1.7 times the fewest rows possible.
/// </remarks>
internal sealed class FirstFit
{
    private readonly int _length;
    private readonly int _leaves;
    private readonly int[] _room;

    /// <summary>Makes room for <paramref name="pieces"/> pieces in rows of <paramref name="length"/>.</summary>
    public FirstFit(int pieces, int length)
    {
        _length = length;
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, pieces));
        _room = new int[2 * _leaves];
        Clear();
    }

    /// <summary>Gets the number of rows in use.</summary>
    public int Rows { get; private set; }

    /// <summary>Empties all rows.</summary>
    public void Clear()
    {
        Array.Fill(_room, _length);
        Rows = 0;
    }

    /// <summary>Places a piece, no longer than a row, and returns its row and where it begins there.</summary>
    public (int Row, int Start) Add(int piece)
    {
        var node = 1;
        while (node < _leaves)
            node = _room[2 * node] >= piece ? 2 * node : (2 * node) + 1;
        var (row, start) = (node - _leaves, _length - _room[node]);
        _room[node] -= piece;
        for (node /= 2; node >= 1; node /= 2)
            _room[node] = Math.Max(_room[2 * node], _room[(2 * node) + 1]);
        Rows = Math.Max(Rows, row + 1);
        return (row, start);
    }
}
