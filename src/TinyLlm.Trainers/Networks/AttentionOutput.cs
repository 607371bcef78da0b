using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Layers;

namespace TinyLlm.Trainers.Networks;

/// <summary>
/// The projection of a block's attention, added to the residual stream: y = x + dropout(attention·Wᵀ + b), for the rows that the block goes
/// on with.
/// </summary>
/// <param name="builder">Makes the projection.</param>
/// <param name="layer">The block.</param>
/// <param name="rows">The rows that the block goes on with, G of R.</param>
/// <param name="attention">[R, C]</param>
/// <param name="y">[G, C]</param>
/// <param name="selected">Memory for selected rows that nothing else needs before and after: that of the norm behind.</param>
/// <param name="dAttention">The gradient of attention. [R, C]</param>
/// <param name="dSelected">Memory for its selected rows.</param>
/// <param name="dropped">Memory for a gradient behind dropout.</param>
internal sealed class AttentionOutput(
    NetworkBuilder builder, int layer, SelectedRows rows, Activation attention, Activation y, Activation selected,
    Activation dAttention, Activation dSelected, Activation dropped)
{
    private readonly Linear _projection = builder.Linear($"blk.{layer}.attn_output", rows);
    private readonly DropoutRows _dropout = new(builder.Processor);

    /// <summary>Computes y.</summary>
    /// <param name="step">The pass.</param>
    /// <param name="x">The residual stream. [R, C]</param>
    /// <param name="selectedX">Memory for its selected rows. [G, C]</param>
    public void Forward(in Step step, Matrix x, Matrix selectedX) => _projection.ForwardAdd(
        rows.Gather(attention, rows[selected]), rows.Gather(x, selectedX), rows[y], rows.Of(step.AttentionOutput(layer)));

    /// <summary>Gives the gradients of attention and of x, and adds the parameters'.</summary>
    /// <param name="step">The pass.</param>
    /// <param name="dy">The gradient of y. [G, C]</param>
    /// <param name="dx">That of x. [R, C]</param>
    public void Backward(in Step step, Matrix dy, Matrix dx)
    {
        var dProjection = _dropout.Apply(rows.Of(step.AttentionOutput(layer)), dy, rows[dropped]);     // [G, C]
        var dRows = rows.Before(dAttention, rows[dSelected]);                                           // [G, C]
        _projection.Backward(rows.Gather(attention, rows[selected]), dProjection, dRows);
        rows.Scatter(dRows, dAttention);                                                                // [R, C]
        rows.Scatter(dy, dx);                                                                           // [R, C]
    }
}
