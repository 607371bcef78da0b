using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Training;

namespace TinyLlm.Trainers.Tests.Training;

/// <summary>Checkpoints that are whole and of this run, and contradict themselves all the same.</summary>
[TestClass]
public sealed class CheckpointCheckTests
{
    private static readonly Checkpoint Valid = new(2, [5], [], [Point(1), Point(2)], []);

    [TestMethod]
    public void Check_PartsThatContradictEachOther_SaysWhich()
    {
        CheckpointCheck.Check(Valid, steps: 2, stateLength: 1);
        Fails(Valid with { Step = 3 }, "it is of step 3, and the run has 2");
        Fails(Valid with { Step = -1 }, "it is of step -1, and the run has 2");
        Fails(Valid with { Points = [Point(1)] }, "it is of step 2, and its history has 1 steps that are not those");
        Fails(Valid with { Points = [Point(1), Point(7)] }, "its history has 2 steps that are not those");
        Fails(Valid with { Source = [-1] }, "its place in the data is -1; 1 numbers of at least 0 are expected");
        Fails(Valid with { Source = [] }, "1 numbers of at least 0 are expected");

        static void Fails(Checkpoint checkpoint, string reason)
        {
            var error = Assert.ThrowsExactly<FormatException>(() => CheckpointCheck.Check(checkpoint, steps: 2, stateLength: 1));
            StringAssert.StartsWith(error.Message, "The checkpoint contradicts itself: ");
            StringAssert.Contains(error.Message, reason);
            StringAssert.EndsWith(error.Message, "To begin anew, set Resume to false.");
        }
    }

    [TestMethod]
    public void TensorFor_MissingOrAnother_SaysWhatIsExpected()
    {
        var wanted = new TrainedNumbers("m1.a", [2, 3], new float[6]);
        var right = ModelTensor.FromSingles("m1.a", [2, 3], new float[6]);
        Assert.AreSame(right, Find(right));
        StringAssert.Contains(Fails(), "'m1.a' is missing");
        StringAssert.Contains(
            Fails(ModelTensor.FromSingles("m1.a", [3, 2], new float[6])), "it has m1.a F32 [3, 2], and F32 [2, 3] is expected");
        StringAssert.Contains(
            Fails(new ModelTensor("m1.a", GgufTensorType.I8, [2, 3], new byte[6])), "it has m1.a I8 [2, 3], and F32 [2, 3] is expected");

        ModelTensor Find(params ModelTensor[] tensors) => CheckpointCheck.TensorFor(wanted, tensors.ToDictionary(tensor => tensor.Name));

        string Fails(params ModelTensor[] tensors) => Assert.ThrowsExactly<FormatException>(() => Find(tensors)).Message;
    }

    private static TrainingPoint Point(int step) => new(step, 1, 1, 1, null);
}
