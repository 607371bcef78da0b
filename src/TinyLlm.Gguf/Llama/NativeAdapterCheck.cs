namespace TinyLlm.Gguf.Llama;

/// <summary>Stands before every LoRA adapter that llama.cpp loads. Source: <c>llama-adapter.cpp</c> of llama.cpp v0.4.0.</summary>
internal static class NativeAdapterCheck
{
    private const string A = ".lora_a";
    private const string B = ".lora_b";

    /// <summary>Checks an adapter.</summary>
    /// <exception cref="GgufFormatException">The file is no LoRA adapter, or damaged.</exception>
    /// <exception cref="InvalidOperationException">It is for another model.</exception>
    public static void Check(GgufFile file, string path, NativeModel model)
    {
        var keys = new NativeKeys(file.Metadata);
        Expect(keys, "general.type", "adapter");
        Expect(keys, "adapter.type", "lora");
        var architecture = keys.Require("general.architecture", keys.Text("general.architecture"));
        if (architecture != model.Architecture)
            throw Other(path, $"it is for the architecture '{architecture}', and the model's is '{model.Architecture}'");
        _ = keys.Require("adapter.lora.alpha", keys.Real("adapter.lora.alpha", orZero: true)); // 0 is for r
        keys.Pass("adapter.lora.task_name", "adapter.lora.prompt_prefix");
        keys.RefuseUnread("adapter.");
        foreach (var (key, value) in file.Metadata)
        {
            if (value.Value is GgufArray { ElementType: GgufValueType.Array })
                throw keys.Fault(key, "llama.cpp reads no arrays of arrays");
        }

        if (file.Tensors.IsEmpty)
            throw new GgufFormatException("The adapter has no tensors.", 0);
        foreach (var tensor in file.Tensors)
            CheckTensor(file, path, model, tensor);
    }

    private static void Expect(NativeKeys keys, string key, string expected)
    {
        if (keys.Require(key, keys.Text(key)) != expected)
            throw keys.Fault(key, $"a LoRA adapter has \"{expected}\"");
    }

    private static void CheckTensor(GgufFile file, string path, NativeModel model, GgufTensorInfo tensor)
    {
        var (name, type) = (tensor.Name, tensor.Type);
        if (!name.EndsWith(A, StringComparison.Ordinal) && !name.EndsWith(B, StringComparison.Ordinal))
            throw new GgufFormatException($"The tensor '{name}' is no part of an update: '{A}' or '{B}' is expected at its end.", 0);
        if (!NativeTensors.IsComputed(type))
            throw new GgufFormatException($"The tensor '{name}' is of type {type}, in which llama.cpp computes no such tensor.", 0);
        if (tensor.Shape.Length != 2)
            throw new GgufFormatException($"The tensor '{name}' has {tensor.Shape.Length} dimensions; 2 are expected.", 0);
        if (name.EndsWith(B, StringComparison.Ordinal))
        {
            _ = Partner(name[..^B.Length] + A);
            return;
        }

        var target = name[..^A.Length];
        var b = Partner(target + B);
        if (!target.StartsWith("blk.", StringComparison.Ordinal) || !model.Matrices.TryGetValue(target, out var matrix))
            throw Other(path, $"the model has no matrix '{target}' in a block");
        var (rank, rows, columns) = (tensor.Shape[0], matrix.Shape[0], matrix.Shape[1]);
        if (tensor.Shape[1] != columns || b.Shape[0] != rows)
            throw Other(
                path, $"its update of '{target}' is [{b.Shape[0]}, {tensor.Shape[1]}], and the model's matrix [{rows}, {columns}]");
        if (b.Shape[1] != rank)
            throw new GgufFormatException($"The update of '{target}' has the ranks {rank} and {b.Shape[1]}; one is expected.", 0);

        GgufTensorInfo Partner(string other) =>
            file.FindTensor(other) is { Shape.Length: 2 } partner
                ? partner
                : throw new GgufFormatException($"The tensor '{other}', the partner of '{name}', is missing or no matrix.", 0);
    }

    private static InvalidOperationException Other(string path, string how) =>
        new($"'{path}' is no LoRA adapter for this model: {how}.");
}
