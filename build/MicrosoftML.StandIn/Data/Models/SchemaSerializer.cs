using System.Collections.Immutable;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Writes and reads a schema: names, types, and the annotations whose values are simple or vectors of simple values.</summary>
internal static class SchemaSerializer
{
    public const string EntryName = "Schema";

    private enum Tag : byte
    {
        Simple,
        Key,
        Vector,
        RowId,
    }

    /// <summary>Writes a schema; what has no written form is left out, with a warning.</summary>
    public static void Write(IHostEnvironment env, DataViewSchema schema, Stream stream)
    {
        using var channel = env.Start("Saving the input schema");
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var columns = schema.Where(column => CanWrite(channel, $"column '{column.Name}'", column.Type)).ToArray();
        writer.Write(columns.Length);
        foreach (var column in columns)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            var annotations = column.Annotations.Schema.Where(a => !a.IsHidden && CanWrite(channel, $"annotation '{a.Name}' of '{column.Name}'", a.Type)).ToArray();
            writer.Write(annotations.Length);
            foreach (var annotation in annotations)
            {
                writer.Write(annotation.Name);
                WriteType(writer, annotation.Type);
                ColumnValue.Write(writer, annotation.Type, column.Annotations, annotation);
            }
        }
    }

    public static DataViewSchema Read(Stream stream)
    {
        using var reader = new BinaryReader(stream);
        var builder = new DataViewSchema.Builder();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var name = reader.ReadString();
            var type = ReadType(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var kind = reader.ReadString();
                var annotationType = ReadType(reader);
                annotations.Add(kind, annotationType, ColumnValue.Read(reader, annotationType));
            }

            builder.AddColumn(name, type, annotations.ToAnnotations());
        }

        return builder.ToSchema();
    }

    private static bool CanWrite(IChannel channel, string what, DataViewType type)
    {
        var item = (type as VectorDataViewType)?.ItemType ?? type;
        if (item is KeyDataViewType or RowIdDataViewType || RawKinds.TypeOrNull(item.RawType)?.Equals(item) == true)
            return true;
        channel.Warning(MessageSensitivity.Schema, $"The {what} is not saved with the input schema: {type} has no written form.");
        return false;
    }

    private static void WriteType(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write((byte)Tag.Vector);
                WriteType(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (var dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write((byte)Tag.Key);
                WriteType(writer, RawKinds.NumberOf(key.RawType));
                writer.Write(key.Count);
                break;
            case RowIdDataViewType:
                writer.Write((byte)Tag.RowId);
                break;
            default:
                RawKinds.TryGetKind(type.RawType, out var kind);
                writer.Write((byte)Tag.Simple);
                writer.Write((byte)kind);
                break;
        }
    }

    private static DataViewType ReadType(BinaryReader reader)
    {
        switch ((Tag)reader.ReadByte())
        {
            case Tag.Simple:
                return RawKinds.TypeOf((DataKind)reader.ReadByte());
            case Tag.RowId:
                return RowIdDataViewType.Instance;
            case Tag.Key:
                var stored = ReadType(reader);
                return new KeyDataViewType(stored.RawType, reader.ReadUInt64());
            case Tag.Vector:
                var item = (PrimitiveDataViewType)ReadType(reader);
                var dimensions = new int[reader.ReadInt32()];
                for (var i = 0; i < dimensions.Length; i++)
                    dimensions[i] = reader.ReadInt32();
                return new VectorDataViewType(item, ImmutableArray.Create(dimensions));
            case var tag:
                throw new FormatException($"The input schema of the model has a type with the unknown tag {tag}.");
        }
    }
}
