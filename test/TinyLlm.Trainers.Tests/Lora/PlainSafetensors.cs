using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TinyLlm.Trainers.Tests.Lora;

/// <summary>
/// Safetensors files in F32, read and written in the plainest way by the format's description (<see
/// href="https://github.com/huggingface/safetensors#format"/>), so that nothing of the library stands on both sides of a test.
/// </summary>
internal static class PlainSafetensors
{
    public static SortedDictionary<string, (int[] Shape, float[] Values)> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToUInt64(bytes);
        var tensors = new SortedDictionary<string, (int[], float[])>(StringComparer.Ordinal);
        foreach (var (name, entry) in JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject().Where(entry => entry.Key != "__metadata__"))
        {
            Assert.AreEqual("F32", (string)entry!["dtype"]!);
            var (begin, end) = ((int)entry["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
            tensors.Add(name, (
                [.. entry["shape"]!.AsArray().Select(dimension => (int)dimension!)],
                MemoryMarshal.Cast<byte, float>(bytes.AsSpan((8 + length + begin)..(8 + length + end))).ToArray()));
        }

        return tensors;
    }

    public static void Write(string path, IEnumerable<KeyValuePair<string, (int[] Shape, float[] Values)>> tensors)
    {
        var (header, data) = (new JsonObject(), new List<byte>());
        foreach (var (name, (shape, values)) in tensors)
        {
            var begin = data.Count;
            data.AddRange(MemoryMarshal.AsBytes(values.AsSpan()));
            header[name] = JsonSerializer.SerializeToNode(new { dtype = "F32", shape, data_offsets = new[] { begin, data.Count } });
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data]);
    }
}
