namespace Microsoft.ML.Data;

/// <summary>Tests for missing values: NaN, and key 0. Other types have none.</summary>
internal static class MissingValues
{
    public static bool Has(DataViewType type)
    {
        var item = (type as VectorDataViewType)?.ItemType ?? type;
        return item is KeyDataViewType || item == NumberDataViewType.Single || item == NumberDataViewType.Double;
    }

    public static Func<bool> CreateTest(DataViewRow row, DataViewSchema.Column column)
    {
        var item = (column.Type as VectorDataViewType)?.ItemType ?? column.Type as PrimitiveDataViewType;
        return item switch
        {
            KeyDataViewType { RawType: var raw } when raw == typeof(byte) => Test<byte>(row, column, value => value == 0),
            KeyDataViewType { RawType: var raw } when raw == typeof(ushort) => Test<ushort>(row, column, value => value == 0),
            KeyDataViewType { RawType: var raw } when raw == typeof(uint) => Test<uint>(row, column, value => value == 0),
            KeyDataViewType => Test<ulong>(row, column, value => value == 0),
            { RawType: var raw } when raw == typeof(float) => Test<float>(row, column, float.IsNaN),
            { RawType: var raw } when raw == typeof(double) => Test<double>(row, column, double.IsNaN),
            _ => throw new ArgumentException($"Column '{column.Name}' has type {column.Type}, which does not support missing values, so we cannot filter on them."),
        };
    }

    private static Func<bool> Test<T>(DataViewRow row, DataViewSchema.Column column, Func<T, bool> isMissing)
    {
        if (column.Type is VectorDataViewType)
        {
            var vectors = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            return () =>
            {
                vectors(ref vector);
                foreach (var item in vector.GetValues())
                {
                    if (isMissing(item))
                        return true;
                }

                return !vector.IsDense && isMissing(default);
            };
        }

        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return isMissing(value);
        };
    }
}
