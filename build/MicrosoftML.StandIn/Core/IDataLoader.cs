namespace Microsoft.ML;

/// <summary>Makes data views from a source, such as files.</summary>
public interface IDataLoader<in TSource> : ICanSaveModel
{
    IDataView Load(TSource input);

    DataViewSchema GetOutputSchema();
}
