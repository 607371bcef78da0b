using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where a component loads itself from.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = "Model.key";

    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string[] Strings;
    public readonly string LoaderAssemblyName;
    internal ModelHeader Header;

    private readonly long _start;

    private ModelLoadContext(RepositoryReader repository, string directory, Stream stream)
    {
        Repository = repository;
        Directory = directory;
        Reader = new BinaryReader(stream, Encoding.UTF8);
        Header = ModelHeader.Read(Reader);
        Strings = Header.Strings;
        LoaderAssemblyName = Header.LoaderAssemblyName;
        _start = stream.Position;
    }

    public bool InRepository => Repository is not null;

    /// <summary>Throws unless nothing has been read yet.</summary>
    public void CheckAtModel()
    {
        if (Reader.BaseStream.Position != _start)
            throw new InvalidOperationException($"The component has already read {Reader.BaseStream.Position - _start} bytes.");
    }

    public void CheckAtModel(VersionInfo ver)
    {
        CheckVersionInfo(ver);
        CheckAtModel();
    }

    /// <exception cref="FormatException">The entry is of another component, or of a version that this one cannot read.</exception>
    public void CheckVersionInfo(VersionInfo ver)
    {
        if (Header.ModelSignature != ver.ModelSignature)
            throw new FormatException($"Unknown file type: the entry '{Directory}' has model signature {Name(Header.ModelSignature)}, not {Name(ver.ModelSignature)}.");
        if (Header.Readable > ver.VerWrittenCur)
            throw new FormatException($"The model '{Directory}' needs version {Header.Readable:X8} but this is {ver.VerWrittenCur:X8}: cause: ML.NET or the library is too old.");
        if (Header.Written < ver.VerWeCanReadBack)
            throw new FormatException($"The model '{Directory}' is of version {Header.Written:X8}, and the oldest that can be read is {ver.VerWeCanReadBack:X8}.");

        static string Name(ulong signature) => Encoding.Latin1.GetString(BitConverter.GetBytes(signature));
    }

    public string LoadString() => LoadStringOrNull() ?? throw new FormatException($"A text of '{Directory}' is missing.");

    public string LoadNonEmptyString() => LoadString() is { Length: > 0 } text ? text : throw new FormatException($"A text of '{Directory}' is empty.");

    public string LoadStringOrNull()
    {
        var index = Reader.ReadInt32();
        if (index < -1 || index >= Strings.Length)
            throw new FormatException($"'{Directory}' refers to text {index} of {Strings.Length}.");
        return index < 0 ? null : Strings[index];
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using var stream = Repository.OpenOrNull(Directory, name);
        if (stream is null)
            return false;
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        action(reader);
        return true;
    }

    public bool TryLoadTextStream(string name, Action<TextReader> action)
    {
        using var stream = Repository.OpenOrNull(Directory, name);
        if (stream is null)
            return false;
        using var reader = new StreamReader(stream);
        action(reader);
        return true;
    }

    public bool ContainsModel(string name)
    {
        using var stream = Repository.OpenOrNull(ML.Repository.PathOf(Directory, name), ModelStreamName);
        return stream is not null;
    }

    public bool TryProcessSubModel(string dir, Action<ModelLoadContext> action)
    {
        using var context = OpenOrNull(Repository, ML.Repository.PathOf(Directory, dir));
        if (context is null)
            return false;
        action(context);
        return true;
    }

    /// <summary>Loads the component in a folder below this one.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, name, extra))
            throw new FormatException($"Corrupt model file: '{ML.Repository.PathOf(Directory, name)}' is missing.");
    }

    public bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class =>
        LoadModelOrNull<TRes, TSig>(env, out result, Repository, ML.Repository.PathOf(Directory, name), extra);

    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, rep, dir, extra))
            throw new FormatException($"Corrupt model file: '{dir}' is missing.");
    }

    public static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        using var context = OpenOrNull(rep, dir);
        result = null;
        if (context is null)
            return false;
        context.RegisterLoaderAssembly(env);
        foreach (var name in new[] { context.Header.LoaderSignature, context.Header.LoaderSignatureAlt }.Where(name => name.Length > 0))
        {
            if (!env.ComponentCatalog.TryCreate(typeof(TSig), name, [env, context, .. extra], out var created))
                continue;
            result = created as TRes ?? throw new FormatException($"'{dir}' holds a {created.GetType()}, not a {typeof(TRes)}.");
            return true;
        }

        throw new FormatException(
            $"'{dir}' needs the component '{context.Header.LoaderSignature}' of '{context.LoaderAssemblyName}', which is not available: "
            + "reference the package it is in.");
    }

    public void Done()
    {
        if (Reader.BaseStream.Position != Reader.BaseStream.Length)
            throw new FormatException($"'{Directory}' has {Reader.BaseStream.Length - Reader.BaseStream.Position} bytes that were not read.");
    }

    public void Dispose() => Reader.Dispose();

    private static ModelLoadContext OpenOrNull(RepositoryReader repository, string directory)
    {
        var stream = repository.OpenOrNull(directory, ModelStreamName);
        return stream is null ? null : new ModelLoadContext(repository, directory, stream);
    }

    private void RegisterLoaderAssembly(IHostEnvironment env)
    {
        if (LoaderAssemblyName.Length == 0)
            return;
        try
        {
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(LoaderAssemblyName));
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            throw new FormatException($"'{Directory}' was saved by '{LoaderAssemblyName}', which cannot be loaded: reference its package.", e);
        }
    }
}
