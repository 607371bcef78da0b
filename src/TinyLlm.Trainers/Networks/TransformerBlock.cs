using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>A block of a transformer: attention and feed-forward, each added to the residual stream.</summary>
internal abstract class TransformerBlock
{
    /// <summary>output = block(x), and keeps what the backward pass needs. [R, C]</summary>
    public abstract void Forward(in Step step, Matrix x, Matrix output);

    /// <summary>Turns the output's gradient into that of x, in place, and adds the parameters' gradients. [R, C]</summary>
    /// <param name="step">The pass.</param>
    /// <param name="x">What <see cref="Forward"/> read.</param>
    /// <param name="dx">The gradient.</param>
    /// <param name="needsInput">Whether anything before the block is trained; otherwise <paramref name="dx"/> is left unfinished.</param>
    public abstract void Backward(in Step step, Matrix x, Matrix dx, bool needsInput);
}
