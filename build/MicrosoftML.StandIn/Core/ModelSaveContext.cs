using System.Text;

namespace Microsoft.ML;

/// <summary>Where a component saves itself: a folder of the model file with the entry <c>Model.key</c> and any streams beside it.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly BinaryWriter Writer;
    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;

    private readonly string _name;
    private readonly MemoryStream _body = new();
    private readonly Dictionary<string, int> _strings = [];
    private VersionInfo? _version;
    private bool _isDone;

    internal ModelSaveContext(RepositoryWriter rep, string dir, string name)
    {
        ArgumentNullException.ThrowIfNull(rep);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Repository = rep;
        Directory = dir ?? "";
        _name = name;
        Writer = new BinaryWriter(_body, Encoding.UTF8, leaveOpen: true);
    }

    internal bool InRepository => Repository is not null;

    /// <summary>Throws unless nothing has been written yet.</summary>
    internal void CheckAtModel()
    {
        Writer.Flush();
        if (_body.Position != 0)
            throw new InvalidOperationException($"The component has already written {_body.Position} bytes.");
    }

    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveString(string str)
    {
        ArgumentNullException.ThrowIfNull(str);
        if (!_strings.TryGetValue(str, out var index))
            _strings.Add(str, index = _strings.Count);
        Writer.Write(index);
    }

    internal void SaveString(ReadOnlyMemory<char> str) => SaveString(str.ToString());

    internal void SaveStringOrNull(string str)
    {
        if (str is null)
            Writer.Write(-1);
        else
            SaveString(str);
    }

    internal void SaveNonEmptyString(string str)
    {
        ArgumentException.ThrowIfNullOrEmpty(str);
        SaveString(str);
    }

    internal void SaveNonEmptyString(ReadOnlyMemory<char> str) => SaveNonEmptyString(str.ToString());

    /// <summary>Writes a binary stream beside <c>Model.key</c>.</summary>
    internal void SaveBinaryStream(string name, Action<BinaryWriter> action) =>
        Repository.Write(Directory, name, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            action(writer);
        });

    /// <summary>Writes a text stream beside <c>Model.key</c>.</summary>
    internal void SaveTextStream(string name, Action<TextWriter> action) =>
        Repository.Write(Directory, name, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            action(writer);
        });

    /// <summary>Saves a component into a folder below this one.</summary>
    internal void SaveModel<T>(T value, string name)
        where T : class =>
        SaveSubModel(name, context => AsSaveable(value).Save(context));

    internal void SaveSubModel(string dir, Action<ModelSaveContext> fn) => Save(Repository, ML.Repository.PathOf(Directory, dir), fn);

    internal static void SaveModel<T>(RepositoryWriter rep, T value, string path)
        where T : class =>
        Save(rep, path, context => AsSaveable(value).Save(context));

    internal void Done()
    {
        if (_isDone)
            throw new InvalidOperationException("The component is already saved.");
        var version = _version ?? throw new InvalidOperationException("The component did not call SetVersionInfo.");
        Writer.Flush();
        var header = new ModelHeader
        {
            ModelSignature = version.ModelSignature,
            Written = version.VerWrittenCur,
            Readable = version.VerReadableCur,
            LoaderSignature = version.LoaderSignature,
            LoaderSignatureAlt = version.LoaderSignatureAlt,
            LoaderAssemblyName = version.LoaderAssemblyName,
            Strings = [.. _strings.OrderBy(pair => pair.Value).Select(pair => pair.Key)],
        };
        Repository.Write(Directory, _name, stream =>
        {
            using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
                header.Write(writer);
            _body.WriteTo(stream);
        });
        _isDone = true;
    }

    public void Dispose()
    {
        Writer.Dispose();
        _body.Dispose();
    }

    private static void Save(RepositoryWriter repository, string directory, Action<ModelSaveContext> save)
    {
        using var context = new ModelSaveContext(repository, directory, ModelLoadContext.ModelStreamName);
        save(context);
        context.Done();
    }

    private static ICanSaveModel AsSaveable(object value) =>
        value as ICanSaveModel ?? throw new InvalidOperationException($"{value?.GetType().ToString() ?? "null"} cannot be saved: it is no {nameof(ICanSaveModel)}.");
}
