using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Loads and saves text files.</summary>
public static class TextLoaderSaverCatalog
{
    /// <summary>Makes a loader of these columns.</summary>
    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        IMultiStreamSource dataSample = null,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        new(CreateOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader(this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null) =>
        new(options, dataSample);

    /// <summary>Makes a loader of the members of <typeparamref name="TInput"/> that have a <see cref="LoadColumnAttribute"/>.</summary>
    public static TextLoader CreateTextLoader<TInput>(
        this DataOperationsCatalog catalog,
        char separatorChar = '\t',
        bool hasHeader = false,
        IMultiStreamSource dataSample = null,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false) =>
        new(CreateOptions(ColumnsOf<TInput>(), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader<TInput>(this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Columns = ColumnsOf<TInput>();
        return new TextLoader(options, dataSample);
    }

    /// <summary>Loads files; <paramref name="path"/> may hold wildcards. Only the overload with options and without a type looks into them for names of slots and open ranges.</summary>
    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog,
        string path,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
    {
        var source = Find(path);
        return catalog.CreateTextLoader(columns, separatorChar, hasHeader, null, allowQuoting, trimWhitespace, allowSparse).Load(source);
    }

    /// <inheritdoc cref="LoadFromTextFile(DataOperationsCatalog, string, TextLoader.Column[], char, bool, bool, bool, bool)"/>
    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog,
        string path,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
    {
        var source = Find(path);
        return catalog.CreateTextLoader<TInput>(separatorChar, hasHeader, null, allowQuoting, trimWhitespace, allowSparse).Load(source);
    }

    /// <inheritdoc cref="LoadFromTextFile(DataOperationsCatalog, string, TextLoader.Column[], char, bool, bool, bool, bool)"/>
    public static IDataView LoadFromTextFile(this DataOperationsCatalog catalog, string path, TextLoader.Options options = null)
    {
        if (options?.Columns is null)
            throw new NotSupportedException("The stand-in does not infer columns from a file: pass TextLoader.Options with Columns.");
        var source = Find(path);
        return catalog.CreateTextLoader(options, source).Load(source);
    }

    /// <inheritdoc cref="LoadFromTextFile(DataOperationsCatalog, string, TextLoader.Column[], char, bool, bool, bool, bool)"/>
    public static IDataView LoadFromTextFile<TInput>(this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        var source = Find(path);
        return catalog.CreateTextLoader<TInput>(options).Load(source);
    }

    /// <summary>Writes rows as text, with a header line and, before it, lines that describe the columns.</summary>
    public static void SaveAsText(
        this DataOperationsCatalog catalog,
        IDataView data,
        Stream stream,
        char separatorChar = '\t',
        bool headerRow = true,
        bool schema = true,
        bool keepHidden = false,
        bool forceDense = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(stream);
        TextSaver.Save(data, stream, separatorChar, headerRow, schema, keepHidden);
    }

    private static MultiFileSource Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new MultiFileSource(path);
        }
        catch (FileNotFoundException e)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, e.Message);
        }
    }

    private static TextLoader.Options CreateOptions(
        TextLoader.Column[] columns, char separatorChar, bool hasHeader, bool allowQuoting, bool trimWhitespace, bool allowSparse) => new()
        {
            Columns = columns,
            Separators = [separatorChar],
            HasHeader = hasHeader,
            AllowQuoting = allowQuoting,
            TrimWhitespace = trimWhitespace,
            AllowSparse = allowSparse,
        };

    private static TextLoader.Column[] ColumnsOf<TInput>()
    {
        TextLoader.Column[] columns = [.. UserMember.Of(typeof(TInput), SchemaDefinition.Direction.Write).Select(member =>
        {
            var ranges = member.Member.GetCustomAttribute<LoadColumnAttribute>()?.Ranges
                ?? throw new InvalidOperationException($"Field or property '{member.Name}' of {typeof(TInput)} is missing the LoadColumnAttribute.");
            var item = ColumnMapper.ItemOf(member.Type);
            if (item is null || !RawKinds.TryGetKind(item.RawType, out var kind))
                throw new InvalidOperationException($"A text file cannot hold the member '{member.Name}' of type {member.Type}.");
            if (member.Type is VectorDataViewType)
                ranges = [.. ranges.Select(range => new TextLoader.Range { Min = range.Min, Max = range.Max, ForceVector = true })];
            return new TextLoader.Column(member.ColumnName, kind, ranges, item is KeyDataViewType key ? new KeyCount(key.Count) : null);
        })];
        return columns.Length > 0 ? columns : throw new InvalidOperationException($"{typeof(TInput)} has no public members to load.");
    }
}
