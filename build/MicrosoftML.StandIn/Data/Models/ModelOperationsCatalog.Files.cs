using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class ModelOperationsCatalog
{
    private const string TransformerFolder = "TransformerChain";
    private const string LoaderFolder = "Loader";

    /// <summary>Saves a transformer and, if given, the schema of its input.</summary>
    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath) =>
        SaveFile(filePath, stream => Save(model, inputSchema, stream));

    /// <inheritdoc cref="Save(ITransformer, DataViewSchema, string)"/>
    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using var repository = new RepositoryWriter(stream);
        ModelSaveContext.SaveModel(repository, model, TransformerFolder);
        if (inputSchema is not null)
            repository.Write("", SchemaSerializer.EntryName, entry => SchemaSerializer.Write(_env, inputSchema, entry));
    }

    /// <summary>Saves a transformer and the loader of its input.</summary>
    public void Save<TSource>(ITransformer model, IDataLoader<TSource> loader, string filePath) =>
        SaveFile(filePath, stream => Save(model, loader, stream));

    /// <inheritdoc cref="Save{TSource}(ITransformer, IDataLoader{TSource}, string)"/>
    public void Save<TSource>(ITransformer model, IDataLoader<TSource> loader, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(stream);
        using var repository = new RepositoryWriter(stream);
        ModelSaveContext.SaveModel(repository, loader, LoaderFolder);
        ModelSaveContext.SaveModel(repository, model, TransformerFolder);
    }

    /// <summary>Loads a transformer, and the schema it was saved with; <see langword="null"/> where it was saved without.</summary>
    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        using var stream = OpenFile(filePath);
        return Load(stream, out inputSchema);
    }

    /// <inheritdoc cref="Load(string, out DataViewSchema)"/>
    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        using var repository = OpenRepository(stream);
        using (var schema = repository.OpenOrNull("", SchemaSerializer.EntryName))
            inputSchema = schema is null ? null : SchemaSerializer.Read(schema);
        if (ModelLoadContext.LoadModelOrNull<IDataLoader<IMultiStreamSource>, SignatureLoadModel>(_env, out var loader, repository, LoaderFolder))
            inputSchema = loader.GetOutputSchema();
        return LoadTransformer(repository);
    }

    /// <summary>Loads a transformer and the loader that it was saved with.</summary>
    public ITransformer LoadWithDataLoader(string filePath, out IDataLoader<IMultiStreamSource> loader)
    {
        using var stream = OpenFile(filePath);
        return LoadWithDataLoader(stream, out loader);
    }

    /// <inheritdoc cref="LoadWithDataLoader(string, out IDataLoader{IMultiStreamSource})"/>
    public ITransformer LoadWithDataLoader(Stream stream, out IDataLoader<IMultiStreamSource> loader)
    {
        using var repository = OpenRepository(stream);
        ModelLoadContext.LoadModel<IDataLoader<IMultiStreamSource>, SignatureLoadModel>(_env, out loader, repository, LoaderFolder);
        return LoadTransformer(repository);
    }

    private ITransformer LoadTransformer(RepositoryReader repository)
    {
        ModelLoadContext.LoadModel<ITransformer, SignatureLoadModel>(_env, out var transformer, repository, TransformerFolder);
        return transformer;
    }

    private static RepositoryReader OpenRepository(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return new RepositoryReader(stream);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("Could not open the model: it is not a zip file, or it was cut off.", e);
        }
    }

    private static FileStream OpenFile(string filePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        return File.OpenRead(filePath);
    }

    // A model file is complete or not there: a failed save leaves what stood at the path.
    private static void SaveFile(string filePath, Action<Stream> save)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        var temporary = $"{Path.GetFullPath(filePath)}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = File.Create(temporary))
                save(stream);
            File.Move(temporary, filePath, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
