using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Reload;

/// <summary>Makes a transformer with a payload of 64 MiB.</summary>
public sealed class PayloadEstimator(string outputColumnName, string inputColumnName, int seed) : IEstimator<PayloadTransformer>
{
    public PayloadTransformer Fit(IDataView input)
    {
        var payload = new float[16 << 20];
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(payload.AsSpan()));
        return new PayloadTransformer(outputColumnName, inputColumnName, payload);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => new(
        [.. inputSchema,
        new SchemaShape.Column(outputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false)]);
}
