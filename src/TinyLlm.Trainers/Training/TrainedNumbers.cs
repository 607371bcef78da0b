using System.Collections.Immutable;

namespace TinyLlm.Trainers.Training;

/// <summary>Numbers that training changes, in native memory, with the name they have in a checkpoint.</summary>
internal readonly record struct TrainedNumbers(string Name, ImmutableArray<long> Shape, Memory<float> Values);
