using System.Reflection;
using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>
/// Reads scalars of any type as objects that compare by content; values that alternate are the same few objects, so that streams make no
/// garbage.
/// </summary>
internal static class BoxedScalar
{
    // A column of more different values, such as numbers to learn, is read without a memory of them all.
    private const int Remembered = 4096;

    private static readonly object Nothing = new();

    /// <summary>Returns a function that reads the current row; always the same object where there is no column.</summary>
    public static Func<object> Reader(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is not { } read)
            return static () => Nothing;
        return read.Type.RawType == typeof(ReadOnlyMemory<char>)
            ? Text(row, read)
            : (Func<object>)typeof(BoxedScalar)
                .GetMethod(nameof(Value), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(read.Type.RawType)
                .Invoke(null, [row, read])!;
    }

    /// <summary>Returns a getter that gives back what was read.</summary>
    public static Delegate Getter<TValue>(Func<object> read) => typeof(TValue) == typeof(ReadOnlyMemory<char>)
        ? (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = ((string)read()).AsMemory())
        : (ValueGetter<TValue>)((ref TValue value) => value = (TValue)read());

    private static Func<object> Text(DataViewRow row, DataViewSchema.Column column)
    {
        var known = new HashSet<string>();
        var bySpan = known.GetAlternateLookup<ReadOnlySpan<char>>();
        return row.Read(column, object (ReadOnlyMemory<char> value) =>
        {
            if (bySpan.TryGetValue(value.Span, out var text))
                return text;
            if (known.Count == Remembered)
                known.Clear();
            known.Add(text = value.ToString());
            return text;
        });
    }

    private static Func<object> Value<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct
    {
        var known = new Dictionary<T, object>();
        return row.Read(column, (T value) =>
        {
            if (known.TryGetValue(value, out var boxed))
                return boxed;
            if (known.Count == Remembered)
                known.Clear();
            return known[value] = value;
        });
    }
}
