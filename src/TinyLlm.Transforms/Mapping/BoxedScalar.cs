using System.Reflection;
using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>
/// Reads scalars of any type as objects that compare by content; a value that repeats is the same object, so that streams make no garbage.
/// </summary>
internal static class BoxedScalar
{
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
        var last = "";
        return row.Read(column, (ReadOnlyMemory<char> value) => last = value.Span.SequenceEqual(last) ? last : value.ToString());
    }

    private static Func<object> Value<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct
    {
        object last = default(T);
        return row.Read(column, (T value) => last = EqualityComparer<T>.Default.Equals((T)last, value) ? last : value);
    }
}
