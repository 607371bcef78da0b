using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.MLNet.Reload;

[assembly: LoadableClass(
    typeof(PayloadTransformer), null, typeof(SignatureLoadModel), "Payload", PayloadTransformer.LoaderSignature)]

namespace TinyLlm.MLNet.Reload;

/// <summary>A transformer as other libraries write it: on the public interfaces, with a stream of its own in the model file.</summary>
public sealed class PayloadTransformer : ITransformer
{
    internal const string LoaderSignature = "PayloadTransformer";

    private readonly string _output;
    private readonly string _input;
    private readonly float[] _payload;

    internal PayloadTransformer(string output, string input, float[] payload) => (_output, _input, _payload) = (output, input, payload);

    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetRowToRowMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input) => new PayloadDataView(input, (PayloadMapper)GetRowToRowMapper(input.Schema));

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new PayloadMapper(inputSchema, _output, _input, _payload);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_output);
        ctx.SaveNonEmptyString(_input);
        ctx.SaveBinaryStream("Payload.bin", writer =>
        {
            writer.Write(_payload.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(_payload));
        });
    }

    private static PayloadTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (output, input) = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        float[]? payload = null;
        ctx.TryLoadBinaryStream("Payload.bin", reader =>
        {
            payload = new float[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(payload.AsSpan()));
        });
        return new PayloadTransformer(output, input, payload ?? throw new FormatException("The payload is missing."));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "PAYLOADX",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(PayloadTransformer).Assembly.FullName,
        loaderSignature: LoaderSignature);
}
