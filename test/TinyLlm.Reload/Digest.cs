using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Reload;

/// <summary>Says in a few lines what a transformer makes of rows, so that two processes can be compared.</summary>
public static class Digest
{
    /// <summary>Returns a line with the stages' types, and one for each output column with its type and a hash of its values.</summary>
    public static IEnumerable<string> Of(ITransformer transformer, IDataView data)
    {
        yield return $"stages {string.Join(' ', Stages(transformer).Select(stage => stage.GetType().Name))}";
        var output = transformer.Transform(data);
        foreach (var column in output.Schema.Where(column => !column.IsHidden))
            yield return $"{column.Name} {column.Type} {Hash(output, column)}";
    }

    private static IEnumerable<ITransformer> Stages(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Stages) : [transformer];

    private static string Hash(IDataView data, DataViewSchema.Column column)
    {
        var isVector = column.Type is VectorDataViewType;
        var type = isVector ? ((VectorDataViewType)column.Type).ItemType.RawType : column.Type.RawType;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var cursor = data.GetRowCursor([column]);
        var read = (Func<string>)typeof(Digest)
            .GetMethod(isVector ? nameof(Vector) : nameof(Scalar), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(null, [cursor, column])!;
        var rows = 0;
        for (; cursor.MoveNext(); rows++)
            hash.AppendData(Encoding.UTF8.GetBytes(read() + "\n"));
        return $"{rows} rows {Convert.ToHexString(hash.GetHashAndReset())[..16]}";
    }

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        var value = default(T);
        return () =>
        {
            getter(ref value!);
            return Text(value);
        };
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return string.Join(' ', value.DenseValues().Select(Text));
        };
    }

    // To the last bit where it is a number; of a model only that it is there.
    private static string Text<T>(T value) => value switch
    {
        float number => BitConverter.SingleToUInt32Bits(number).ToString("x8"),
        ReadOnlyMemory<char> text => text.ToString(),
        null => "null",
        IFormattable other => other.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.GetType().Name,
    };
}
