namespace Microsoft.ML.Data;

/// <summary>Writes and reads one value of a simple type or a vector of them.</summary>
internal static class ColumnValue
{
    public static void Write(BinaryWriter writer, DataViewType type, DataViewSchema.Annotations annotations, DataViewSchema.Column annotation) =>
        Generic.Call<object>(typeof(ColumnValue), nameof(WriteAnnotation), [ItemOf(type)], writer, annotations, annotation);

    /// <summary>Returns a getter of the value that was written.</summary>
    public static Delegate Read(BinaryReader reader, DataViewType type) =>
        Generic.Call<Delegate>(typeof(ColumnValue), nameof(ReadGetter), [ItemOf(type)], reader, type);

    public static void WriteItem<T>(BinaryWriter writer, T item)
    {
        switch (item)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case bool value: writer.Write(value); break;
            case sbyte value: writer.Write(value); break;
            case byte value: writer.Write(value); break;
            case short value: writer.Write(value); break;
            case ushort value: writer.Write(value); break;
            case int value: writer.Write(value); break;
            case uint value: writer.Write(value); break;
            case long value: writer.Write(value); break;
            case ulong value: writer.Write(value); break;
            case float value: writer.Write(value); break;
            case double value: writer.Write(value); break;
            case TimeSpan value: writer.Write(value.Ticks); break;
            case DateTime value: writer.Write(value.ToBinary()); break;
            case DateTimeOffset value: writer.Write(value.Ticks); writer.Write(value.Offset.Ticks); break;
            case DataViewRowId value: writer.Write(value.Low); writer.Write(value.High); break;
            default: throw new NotSupportedException($"A value of type {typeof(T)} has no written form.");
        }
    }

    public static T ReadItem<T>(BinaryReader reader) => (T)(
        typeof(T) == typeof(ReadOnlyMemory<char>) ? reader.ReadString().AsMemory()
        : typeof(T) == typeof(bool) ? reader.ReadBoolean()
        : typeof(T) == typeof(sbyte) ? reader.ReadSByte()
        : typeof(T) == typeof(byte) ? reader.ReadByte()
        : typeof(T) == typeof(short) ? reader.ReadInt16()
        : typeof(T) == typeof(ushort) ? reader.ReadUInt16()
        : typeof(T) == typeof(int) ? reader.ReadInt32()
        : typeof(T) == typeof(uint) ? reader.ReadUInt32()
        : typeof(T) == typeof(long) ? reader.ReadInt64()
        : typeof(T) == typeof(ulong) ? reader.ReadUInt64()
        : typeof(T) == typeof(float) ? reader.ReadSingle()
        : typeof(T) == typeof(double) ? reader.ReadDouble()
        : typeof(T) == typeof(TimeSpan) ? new TimeSpan(reader.ReadInt64())
        : typeof(T) == typeof(DateTime) ? DateTime.FromBinary(reader.ReadInt64())
        : typeof(T) == typeof(DateTimeOffset) ? new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64()))
        : typeof(T) == typeof(DataViewRowId) ? new DataViewRowId(reader.ReadUInt64(), reader.ReadUInt64())
        : (object)default(T));

    private static void WriteAnnotation<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        if (annotation.Type is not VectorDataViewType)
        {
            T value = default;
            annotations.GetGetter<T>(annotation)(ref value);
            WriteItem(writer, value);
            return;
        }

        VBuffer<T> vector = default;
        annotations.GetGetter<VBuffer<T>>(annotation)(ref vector);
        writer.Write(vector.Length);
        foreach (var item in vector.DenseValues())
            WriteItem(writer, item);
    }

    private static Delegate ReadGetter<T>(BinaryReader reader, DataViewType type)
    {
        if (type is not VectorDataViewType)
        {
            var value = ReadItem<T>(reader);
            return (ValueGetter<T>)((ref T destination) => destination = value);
        }

        var items = new T[reader.ReadInt32()];
        for (var i = 0; i < items.Length; i++)
            items[i] = ReadItem<T>(reader);
        var vector = new VBuffer<T>(items.Length, items);
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) => vector.CopyTo(ref destination));
    }

    private static Type ItemOf(DataViewType type) => ((type as VectorDataViewType)?.ItemType ?? type).RawType;
}
