namespace TinyLlm.Trainers;

/// <summary>How the learning rate falls after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>Along half a cosine wave (<see href="https://arxiv.org/abs/1608.03983"/>).</summary>
    Cosine,

    /// <summary>Along a straight line.</summary>
    Linear,

    /// <summary>Not at all.</summary>
    Constant,
}
