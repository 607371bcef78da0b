using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Joins columns of one item type, scalars and vectors, into a vector.</summary>
public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost _host;
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(inputColumnNames);
        if (inputColumnNames.Length == 0 || inputColumnNames.Contains(null))
            throw new ArgumentException("Input columns must be given, none of them null.", nameof(inputColumnNames));
        (_host, _output, _inputs) = (env.Register("ColumnConcatenating"), outputColumnName, inputColumnNames);
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        return new ColumnConcatenatingTransformer(_host, _output, _inputs);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var columns = _inputs.Select(name => SchemaErrors.Find(inputSchema, name)).ToArray();
        foreach (var column in columns)
        {
            if (column.IsKey || !column.ItemType.Equals(columns[0].ItemType))
                throw SchemaErrors.Mismatch(nameof(inputSchema), "input", column.Name, columns[0].ItemType.ToString(), column.GetTypeString());
        }

        var isKnownSize = columns.All(column => column.Kind != SchemaShape.Column.VectorKind.VariableVector);
        var annotations = new List<SchemaShape.Column>();
        if (isKnownSize && columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.Scalar || Shapes.Has(column, Shapes.SlotNames)))
            annotations.Add(Shapes.SlotNames);
        if (columns.All(column => Shapes.Has(column, Shapes.IsNormalized)))
            annotations.Add(Shapes.IsNormalized);
        var kind = isKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector;
        return Shapes.With(inputSchema, [new SchemaShape.Column(_output, kind, columns[0].ItemType, false, new SchemaShape(annotations))]);
    }
}
