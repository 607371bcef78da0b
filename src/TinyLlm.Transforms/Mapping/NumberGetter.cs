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
        var type when type == typeof(float) => row.Read(column, (float value) => (double)value),
        var type when type == typeof(double) => row.Read(column, (double value) => value),
        var type when type == typeof(int) => row.Read(column, (int value) => (double)value),
        var type when type == typeof(long) => row.Read(column, (long value) => (double)value),
        var type when type == typeof(uint) && column.Type is NumberDataViewType => row.Read(column, (uint value) => (double)value),
        var type when type == typeof(TimeSpan) => row.Read(column, (TimeSpan value) => value.TotalSeconds),
        var type when type == typeof(DateTime) => row.Read(column, (DateTime value) => value.Ticks / (double)TimeSpan.TicksPerSecond),
        _ => throw SchemaChecks.WrongType(column.Name, stage, "number or time", column.Type.ToString()),
    };
}
