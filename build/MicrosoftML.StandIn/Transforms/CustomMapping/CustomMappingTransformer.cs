using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(CustomMappingLoader), null, typeof(SignatureLoadModel), "Custom mapping", CustomMappingLoader.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>Applies an action of the user to every row and appends what it writes.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly IHost _host;
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly string _contractName;

    internal CustomMappingTransformer(
        IHostEnvironment env, Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition inputSchemaDefinition, SchemaDefinition outputSchemaDefinition)
    {
        ArgumentNullException.ThrowIfNull(mapAction);
        _host = env.Register("CustomMapping");
        _mapAction = mapAction;
        _contractName = contractName;
        Inputs = BoundColumn.Bind(typeof(TSrc), inputSchemaDefinition, SchemaDefinition.Direction.Write);
        Outputs = BoundColumn.Bind(typeof(TDst), outputSchemaDefinition, SchemaDefinition.Direction.Read);
    }

    internal BoundColumn[] Inputs { get; }

    internal BoundColumn[] Outputs { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, CreateMapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (_contractName is null)
            throw new InvalidOperationException("Empty contract name for a transform: the transform cannot be saved. Pass a contractName to CustomMapping.");
        CustomMappingLoader.Save(ctx, _contractName);
    }

    private RowToRowMapper CreateMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowToRowMapper(new Mapper(this, inputSchema));
    }

    private sealed class Mapper : RowMapper
    {
        private readonly CustomMappingTransformer<TSrc, TDst> _parent;
        private readonly (BoundColumn Member, DataViewSchema.Column Column)[] _inputs;
        private readonly ConditionalWeakTable<DataViewRow, State> _states = [];

        public Mapper(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema inputSchema)
            : base(inputSchema)
        {
            _parent = parent;
            _inputs = RowEnumerable<TSrc>.Match(inputSchema, parent.Inputs, ignoreMissing: false);
            OutputColumns = [.. parent.Outputs.Select(column => new DataViewSchema.DetachedColumn(column.Name, column.Type, column.Annotations))];
        }

        public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputColumns { get; }

        public override IEnumerable<int> GetDependencies(int output) => _inputs.Select(pair => pair.Column.Index);

        public override Delegate CreateGetter(DataViewRow input, int output)
        {
            var state = _states.GetValue(input, row => new State(_parent._mapAction, row, _inputs));
            return _parent.Outputs[output].CreateGetter(state.GetCurrent);
        }
    }

    /// <summary>The two objects of a row: the action runs once for each position, whichever output is read first.</summary>
    private sealed class State(Action<TSrc, TDst> mapAction, DataViewRow row, (BoundColumn Member, DataViewSchema.Column Column)[] inputs)
    {
        private readonly TSrc _source = new();
        private readonly TDst _destination = new();
        private readonly Action<TSrc>[] _setters = [.. inputs.Select(pair => pair.Member.CreateSetter<TSrc>(row, pair.Column, reuse: true))];
        private long _position = -2;

        public TDst GetCurrent()
        {
            if (_position != row.Position)
            {
                foreach (var set in _setters)
                    set(_source);
                mapAction(_source, _destination);
                _position = row.Position;
            }

            return _destination;
        }
    }
}
