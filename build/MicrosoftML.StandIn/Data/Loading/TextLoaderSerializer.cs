namespace Microsoft.ML.Data;

/// <summary>Writes and reads what a text loader needs.</summary>
internal static class TextLoaderSerializer
{
    public static void Write(BinaryWriter writer, TextLoader.Options options, TextColumn[] columns)
    {
        writer.Write(options.AllowQuoting);
        writer.Write(options.ReadMultilines);
        writer.Write(options.TrimWhitespace);
        writer.Write(options.MissingRealsAsNaNs);
        writer.Write(options.HasHeader);
        writer.Write(options.UseThreads);
        writer.Write(options.DecimalMarker);
        writer.Write(options.EscapeChar);
        writer.Write(new string(options.Separators));
        writer.Write(options.MaxRows ?? -1);
        foreach (var column in columns)
        {
            writer.Write((byte)column.Kind);
            writer.Write(column.VariableFrom ?? -1);
            writer.Write(column.Fields.Length);
            foreach (var field in column.Fields)
                writer.Write(field);
        }
    }

    public static (TextLoader.Options Options, TextColumn[] Columns) Read(BinaryReader reader, DataViewSchema schema)
    {
        var options = new TextLoader.Options
        {
            AllowQuoting = reader.ReadBoolean(),
            ReadMultilines = reader.ReadBoolean(),
            TrimWhitespace = reader.ReadBoolean(),
            MissingRealsAsNaNs = reader.ReadBoolean(),
            HasHeader = reader.ReadBoolean(),
            UseThreads = reader.ReadBoolean(),
            DecimalMarker = reader.ReadChar(),
            EscapeChar = reader.ReadChar(),
            Separators = reader.ReadString().ToCharArray(),
        };
        options.MaxRows = reader.ReadInt64() is >= 0 and var rows ? rows : null;
        return (options, [.. schema.Select(column =>
        {
            var kind = (DataKind)reader.ReadByte();
            var variableFrom = reader.ReadInt32();
            var fields = new int[reader.ReadInt32()];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = reader.ReadInt32();
            return new TextColumn(column.Name, kind, column.Type, fields, variableFrom < 0 ? null : variableFrom);
        })]);
    }
}
