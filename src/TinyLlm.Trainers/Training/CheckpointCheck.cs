using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Training;

/// <summary>Compares a checkpoint that is whole, and of this run by its settings, with what the run will take from it.</summary>
internal static class CheckpointCheck
{
    /// <summary>Checks all but the tensors.</summary>
    /// <exception cref="FormatException">It contradicts itself.</exception>
    public static void Check(Checkpoint checkpoint, int steps, int stateLength)
    {
        if (checkpoint.Step < 0 || checkpoint.Step > steps)
            throw Fault($"it is of step {checkpoint.Step}, and the run has {steps}");
        if (checkpoint.Points.Length != checkpoint.Step || checkpoint.Points.Where((point, i) => point.Step != i + 1).Any())
            throw Fault($"it is of step {checkpoint.Step}, and its history has {checkpoint.Points.Length} steps that are not those");
        if (checkpoint.Source.Length != stateLength || checkpoint.Source.Any(number => number < 0))
            throw Fault(
                $"its place in the data is {string.Join(", ", checkpoint.Source)}; {stateLength} numbers of at least 0 are expected");
    }

    /// <summary>Returns the tensor for numbers of the run.</summary>
    /// <exception cref="FormatException">The checkpoint has none, or another.</exception>
    public static ModelTensor TensorFor(TrainedNumbers numbers, Dictionary<string, ModelTensor> tensors)
    {
        if (!tensors.TryGetValue(numbers.Name, out var tensor))
            throw Fault($"'{numbers.Name}' is missing");
        return tensor.Type == GgufTensorType.F32 && tensor.Shape.AsSpan().SequenceEqual(numbers.Shape.AsSpan())
            ? tensor
            : throw Fault($"it has {tensor}, and F32 [{string.Join(", ", numbers.Shape)}] is expected");
    }

    private static FormatException Fault(string reason) =>
        new($"The checkpoint contradicts itself: {reason}. To begin anew, set Resume to false.");
}
