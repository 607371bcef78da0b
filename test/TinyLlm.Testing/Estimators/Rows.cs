using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Testing;

/// <summary>Reads rows of any schema and compares them.</summary>
internal static class Rows
{
    /// <summary>Returns all rows, a value for each column that is not hidden; vectors as arrays.</summary>
    public static List<object[]> Read(IDataView data)
    {
        using var cursor = data.GetRowCursor(data.Schema);
        var read = Reader(cursor);
        var rows = new List<object[]>();
        while (cursor.MoveNext())
            rows.Add(read());
        return rows;
    }

    /// <summary>Returns a function that reads the current row.</summary>
    public static Func<object[]> Reader(DataViewRow row)
    {
        var getters = row.Schema.Where(column => !column.IsHidden).Select(column => Getter(row, column)).ToArray();
        return () => [.. getters.Select(get => get())];
    }

    public static void AssertEqual(object[] expected, object[] actual, double tolerance, string where)
    {
        Assert.HasCount(expected.Length, actual, where);
        for (var i = 0; i < expected.Length; i++)
        {
            if (tolerance == 0 || expected[i] is not (float or float[]))
            {
                if (expected[i] is Array vector)
                    CollectionAssert.AreEqual(vector, (Array)actual[i], $"{where}, column {i}");
                else
                    Assert.AreEqual(expected[i], actual[i], $"{where}, column {i}");
                continue;
            }

            var (a, b) = (expected[i] as float[] ?? [(float)expected[i]], actual[i] as float[] ?? [(float)actual[i]]);
            var bound = tolerance * a.Max(Math.Abs);
            Assert.HasCount(a.Length, b, where);
            for (var j = 0; j < a.Length; j++)
                Assert.AreEqual(a[j], b[j], bound, $"{where}, column {i}, slot {j}");
        }
    }

    private static Func<object> Getter(DataViewRow row, DataViewSchema.Column column)
    {
        var isVector = column.Type is VectorDataViewType;
        var type = isVector ? ((VectorDataViewType)column.Type).ItemType.RawType : column.Type.RawType;
        return (Func<object>)typeof(Rows)
            .GetMethod(isVector ? nameof(Vector) : nameof(Scalar), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(null, [row, column])!;
    }

    private static Func<object> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        var value = default(T);
        return () =>
        {
            getter(ref value!);
            return Plain(value)!;
        };
    }

    private static Func<object> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            var values = value.DenseValues().ToArray();
            return typeof(T) == typeof(ReadOnlyMemory<char>) ? values.Select(item => item!.ToString()).ToArray() : values;
        };
    }

    // Memory compares by place, text by content; of a model only which one it is can be compared.
    private static object? Plain<T>(T value) => value is ReadOnlyMemory<char> text ? text.ToString()
        : value is null || typeof(T).IsValueType ? value
        : value.GetType().Name;
}
