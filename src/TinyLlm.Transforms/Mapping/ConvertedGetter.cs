using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>Reads a column as another type than its own.</summary>
internal static class ConvertedGetter
{
    /// <summary>Returns a function that reads the current row.</summary>
    public static Func<TResult> Read<TValue, TResult>(this DataViewRow row, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        var getter = row.GetGetter<TValue>(column);
        TValue value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }
}
