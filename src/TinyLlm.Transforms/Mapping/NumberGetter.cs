using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Reads a numeric column as 64-bit numbers, whatever number or time it holds; times in seconds.</summary>
internal static class NumberGetter
{
    // Near enough that seconds of our days are exact to a tenth of a microsecond; counted from the year 1 they are to eight.
    private static readonly DateTime Origin = new(2000, 1, 1);

    /// <summary>Returns whether a column can be read so.</summary>
    public static bool CanRead(DataViewType type) => type is not KeyDataViewType
        && (type.RawType == typeof(float) || type.RawType == typeof(double) || type.RawType == typeof(int) || type.RawType == typeof(long)
            || type.RawType == typeof(uint) || type.RawType == typeof(TimeSpan) || type.RawType == typeof(DateTime));

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
        var type when type == typeof(DateTime) => row.Read(column, (DateTime value) => (value - Origin).TotalSeconds),
        _ => throw SchemaChecks.WrongType(column.Name, stage, "number or time", column.Type.ToString()),
    };
}
