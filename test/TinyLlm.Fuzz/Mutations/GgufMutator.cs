using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Mutations;

/// <summary>
/// Damages GGUF files: mostly what they say, so that framing stays valid and the fault is found by those who read the meaning.
/// </summary>
internal static class GgufMutator
{
    private static readonly string[] Keys =
    [
        "general.alignment", "general.type", "general.name", "general.file_type", "general.quantization_version", "split.count", "split.no",
        "split.tensors.count", "general.sampling.temp", "adapter.type", "adapter.lora.alpha", "adapter.alora.invocation_tokens",
        "tokenizer.chat_template", "tokenizer.ggml.model", "tokenizer.ggml.pre", "tokenizer.ggml.scores", "tokenizer.ggml.token_type",
        "tokenizer.ggml.merges", "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
        "tokenizer.ggml.unknown_token_id", "tokenizer.ggml.padding_token_id", "tokenizer.ggml.add_bos_token",
        "tokenizer.ggml.add_eos_token",
        "tokenizer.ggml.add_sep_token", "tokenizer.ggml.add_space_prefix", "tokenizer.ggml.suppress_tokens",
        "tokenizer.ggml.precompiled_charsmap", "tokenizer.ggml.token_type_count", "quantize.imatrix.file",
    ];

    private static readonly string[] ModelKeys =
    [
        "block_count", "context_length", "embedding_length", "embedding_length_out", "feed_forward_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.layer_norm_epsilon",
        "attention.layer_norm_rms_epsilon", "attention.causal", "attention.key_length_swa", "attention.sliding_window",
        "attention.scale", "attention.max_alibi_bias", "attention.clamp_kqv", "expert_count", "expert_used_count", "expert_group_count",
        "nextn_predict_layers", "pooling_type", "rope.dimension_count", "rope.freq_base", "rope.scaling.type", "rope.scaling.factor",
        "rope.scale_linear", "rope.scaling.attn_factor", "rope.scaling.original_context_length", "rope.scaling.finetuned",
        "rope.scaling.yarn_log_multiplier", "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_beta_fast", "vocab_size",
        "classifier.output_labels", "logit_scale", "use_parallel_residual", "tensor_data_layout",
    ];

    public static byte[] Mutate(Random random, byte[] valid, string architecture, out string what)
    {
        var image = GgufImage.Read(valid);
        if (random.Next(10) == 0)
        {
            var head = valid.Length - image.Tensors.Sum(tensor => tensor.Data.Length);
            return Interesting.Bytes(random, valid, head, out what);
        }

        what = "";
        for (var changes = Math.Max(1, random.Next(-2, 4)); changes > 0; changes--)
            what += (random.Next(2) == 0 || image.Tensors.Count == 0 ? Entry(random, image, architecture) : Tensor(random, image)) + "; ";
        return image.Write();
    }

    private static string Entry(Random random, GgufImage image, string architecture)
    {
        var entries = image.Entries;
        var at = random.Next(entries.Count);
        var (key, type, value) = entries[at];
        switch (random.Next(10))
        {
            case 0:
                entries.RemoveAt(at);
                return $"without '{key}'";
            case 1:
                entries[at] = (random.Next(2) == 0 ? Key(random, architecture) : key + "x", type, value);
                return $"'{key}' is called '{entries[at].Key}'";
            case 2:
                entries.Insert(random.Next(entries.Count + 1), entries[at]);
                return $"'{key}' twice";
            case 3 or 4:
                var made = Value(random, random.Next(13));
                key = Key(random, architecture);
                entries.RemoveAll(entry => entry.Key == key && random.Next(8) > 0);
                entries.Add((key, made.Type, made.Value));
                return $"'{key}' = {Show(made.Value)}";
            case 5:
                var other = Value(random, random.Next(13));
                entries[at] = (key, other.Type, other.Value);
                return $"'{key}' = {Show(other.Value)}";
            default:
                var same = value is GgufArray array ? Array(random, array) : Value(random, type).Value;
                entries[at] = (key, type, same);
                return $"'{key}' = {Show(same)}";
        }
    }

    private static string Key(Random random, string architecture) =>
        random.Next(3) == 0 ? Keys[random.Next(Keys.Length)] : $"{architecture}.{ModelKeys[random.Next(ModelKeys.Length)]}";

    private static string Show(object value)
    {
        var text = value is GgufArray array ? $"{array.Count} {array.ElementType}" : $"{value} ({value.GetType().Name})";
        return text.Length <= 60 ? text : text[..60];
    }

    private static (int Type, object Value) Value(Random random, int type)
    {
        var whole = Interesting.Whole(random);
        return (type, type switch
        {
            0 => (byte)whole,
            1 => (sbyte)whole,
            2 => (ushort)whole,
            3 => (short)whole,
            4 => (uint)whole,
            5 => (int)whole,
            6 => (float)Interesting.Real(random),
            7 => random.Next(2) == 0,
            8 => Interesting.Text(random),
            10 => (ulong)whole,
            11 => whole,
            12 => Interesting.Real(random),
            _ => new GgufArray(Enumerable.Range(0, random.Next(20)).Select(_ => (int)Interesting.Whole(random)).ToArray()),
        });
    }

    private static GgufArray Array(Random random, GgufArray array)
    {
        var items = array.Values.Cast<object>().ToList();
        if (items.Count == 0)
            return new GgufArray(new[] { Interesting.Text(random) });
        for (var changes = random.Next(1, 4); changes > 0 && items.Count > 0; changes--)
        {
            var at = random.Next(items.Count);
            switch (random.Next(6))
            {
                case 0: items.RemoveAt(at); break;
                case 1: items.Insert(at, items[random.Next(items.Count)]); break;
                case 2: items[at] = items[random.Next(items.Count)]; break;
                case 3: items.RemoveRange(at, items.Count - at); break;
                default: items[at] = Value(random, (int)array.ElementType).Value; break;
            }
        }

        var values = System.Array.CreateInstance(array.Values.GetType().GetElementType()!, items.Count);
        for (var i = 0; i < items.Count; i++)
            values.SetValue(items[i], i);
        return new GgufArray(values);
    }

    private static string Tensor(Random random, GgufImage image)
    {
        var tensors = image.Tensors;
        var at = random.Next(tensors.Count);
        var (name, type, dimensions, data) = tensors[at];
        switch (random.Next(14))
        {
            case 0:
                tensors.RemoveAt(at);
                return $"without '{name}'";
            case 1:
                var called = random.Next(2) == 0 ? tensors[random.Next(tensors.Count)].Name : name.Replace("weight", "bias");
                tensors[at] = (called, type, dimensions, data);
                return $"'{name}' is called '{tensors[at].Name}'";
            case 2:
                tensors.Insert(random.Next(tensors.Count + 1), (random.Next(2) == 0 ? name : "blk.0." + name, type, dimensions, data));
                return $"'{name}' twice";
            case 3:
                var to = random.Next(tensors.Count);
                (tensors[at], tensors[to]) = (tensors[to], tensors[at]);
                return $"'{name}' and '{tensors[at].Name}' swapped";
            case 4 or 5:
                var types = Enum.GetValues<GgufTensorType>();
                type = random.Next(12) == 0 ? (int)Interesting.Whole(random) : (int)types[random.Next(types.Length)];
                break;
            case 6 or 7:
                dimensions = Dimensions(random, dimensions);
                break;
            default:
                data = (byte[])data.Clone();
                if (random.Next(2) == 0)
                    random.NextBytes(data);
                else
                    for (var i = 0; i + 4 <= data.Length; i += 4 * random.Next(1, 100))
                        BitConverter.TryWriteBytes(data.AsSpan(i), (float)Interesting.Real(random));
                tensors[at] = (name, type, dimensions, data);
                return $"other data of '{name}'";
        }

        tensors[at] = (name, type, dimensions, Fitting(type, dimensions, data));
        return $"'{name}' type {type} [{string.Join(", ", dimensions)}]";
    }

    private static long[] Dimensions(Random random, long[] dimensions)
    {
        var changed = (long[])dimensions.Clone();
        var at = random.Next(changed.Length);
        switch (random.Next(5))
        {
            case 0: System.Array.Reverse(changed); break;
            case 1: return [.. changed, random.Next(1, 3)];
            case 2: return changed.Length > 1 ? changed[1..] : [changed[0], 1];
            case 3: changed[at] = Interesting.Whole(random); break;
            default: changed[at] = Math.Max(1, changed[at] + random.Next(-2, 3)); break;
        }

        return changed;
    }

    // Data as long as type and dimensions ask for, where that is not much: so that the meaning is wrong and not the length.
    private static byte[] Fitting(int type, long[] dimensions, byte[] data)
    {
        var count = 1L;
        foreach (var dimension in dimensions)
        {
            if (dimension is < 1 or > 1 << 20 || (count *= dimension) > 1 << 20)
                return data;
        }

        if (!GgufTensorTypes.IsDefined((GgufTensorType)type) || count % ((GgufTensorType)type).BlockSize() != 0)
            return data;
        var fitting = new byte[((GgufTensorType)type).ByteCount(count)];
        data.AsSpan(0, Math.Min(data.Length, fitting.Length)).CopyTo(fitting);
        return fitting;
    }
}
