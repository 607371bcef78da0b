using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Reload;

/// <summary>Multiplies each feature with a number of the payload that the row's own values select.</summary>
internal sealed class PayloadMapper : IRowToRowMapper
{
    private readonly int _input;
    private readonly float[] _payload;

    public PayloadMapper(DataViewSchema inputSchema, string output, string input, float[] payload)
    {
        (InputSchema, _payload, _input) = (inputSchema, payload, inputSchema[input].Index);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumn(output, new VectorDataViewType(NumberDataViewType.Single, ((VectorDataViewType)inputSchema[_input].Type).Size));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public int OutputIndex => OutputSchema.Count - 1;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Select(column => InputSchema[column.Index == OutputIndex ? _input : column.Index])
            .DistinctBy(column => column.Index);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        throw new NotSupportedException("Rows come from cursors here.");

    public ValueGetter<VBuffer<float>> CreateGetter(DataViewRow input)
    {
        var features = input.GetGetter<VBuffer<float>>(input.Schema[_input]);
        VBuffer<float> row = default;
        return (ref VBuffer<float> value) =>
        {
            features(ref row);
            var editor = VBufferEditor.Create(ref value, row.Length);
            for (var i = 0; i < row.Length; i++)
            {
                var feature = row.GetItemOrDefault(i);
                editor.Values[i] = feature * _payload[(int)((uint)HashCode(feature, i) % (uint)_payload.Length)];
            }

            value = editor.Commit();
        };
    }

    private static int HashCode(float value, int slot) => unchecked((BitConverter.SingleToInt32Bits(value) * 397) + (slot * 7919));
}
