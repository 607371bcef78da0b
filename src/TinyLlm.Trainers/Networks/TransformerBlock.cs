using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>A block of a transformer: attention and feed-forward, each added to the residual stream.</summary>
/// <remarks>
/// Behind attention a row depends on no other, so that the last block goes on with the G rows only that carry loss; in every other block G
/// is R.
/// </remarks>
internal abstract class TransformerBlock
{
    /// <summary>output = block(x), and keeps what the backward pass needs.</summary>
    /// <param name="step">The pass.</param>
    /// <param name="x">[R, C]</param>
    /// <param name="output">[G, C]</param>
    public abstract void Forward(in Step step, Matrix x, Matrix output);

    /// <summary>Gives the gradient of x, and adds the parameters' gradients.</summary>
    /// <param name="step">The pass.</param>
    /// <param name="x">What <see cref="Forward"/> read. [R, C]</param>
    /// <param name="dOutput">The gradient of what it gave, which is lost; in <paramref name="dx"/> where G is R. [G, C]</param>
    /// <param name="dx">Where the gradient of x goes. [R, C]</param>
    /// <param name="needsInput">Whether anything before the block is trained; otherwise <paramref name="dx"/> is left unfinished.</param>
    public abstract void Backward(in Step step, Matrix x, Matrix dOutput, Matrix dx, bool needsInput);
}
