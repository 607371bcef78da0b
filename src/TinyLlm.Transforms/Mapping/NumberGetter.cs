using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Reads a numeric column as 64-bit numbers, whatever number or time it holds; times in seconds.</summary>
internal static class NumberGetter
{
    /// <summary>Returns a function that reads the current row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column holds no number.</exception>
    public static Func<double> Create(DataViewRow row, DataViewSchema.Column column, string stage) => column.Type.RawType switch
    {
        var type when type == typeof(float) => Read<float>(row, column, value => value),
        var type when type == typeof(double) => Read<double>(row, column, value => value),
        var type when type == typeof(int) => Read<int>(row, column, value => value),
        var type when type == typeof(long) => Read<long>(row, column, value => value),
        var type when type == typeof(uint) && column.Type is NumberDataViewType => Read<uint>(row, column, value => value),
        var type when type == typeof(TimeSpan) => Read<TimeSpan>(row, column, value => value.TotalSeconds),
        var type when type == typeof(DateTime) => Read<DateTime>(row, column, value => value.Ticks / (double)TimeSpan.TicksPerSecond),
        _ => throw SchemaChecks.WrongType(column.Name, stage, "number or time", column.Type.ToString()),
    };

    private static Func<double> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> toDouble)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return toDouble(value);
        };
    }
}
