using System.Text.Json;

namespace TinyLlm.Gguf;

/// <summary>Writes safetensors files, in one pass.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    public static void Write(string path, IReadOnlyList<(string Name, ModelTensor Tensor)> tensors) => AtomicFile.Write(path, stream =>
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type.ToString());
                WriteNumbers("shape", tensor.Shape);
                WriteNumbers("data_offsets", [offset, offset += tensor.Data.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();

            void WriteNumbers(string key, IEnumerable<long> numbers)
            {
                json.WriteStartArray(key);
                foreach (var number in numbers)
                    json.WriteNumberValue(number);
                json.WriteEndArray();
            }
        }

        // Spaces behind the header align the data.
        while (header.Length % Alignment != 0)
            header.WriteByte((byte)' ');
        stream.Write(BitConverter.GetBytes((ulong)header.Length));
        header.WriteTo(stream);
        foreach (var (_, tensor) in tensors)
            stream.Write(tensor.Data.Span);
    });
}
