using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Training;

/// <summary>Measures the loss on rows in a fixed order.</summary>
internal sealed class Validator(Network network, ValidationRows rows, TokenBatch batch)
{
    /// <summary>
    /// Returns the mean loss over all rows, in nats per token. It uses the batch, and nothing of the network but its activations.
    /// </summary>
    public double Measure()
    {
        var sum = new LossSum();
        for (long first = 0; first < rows.Count; first += batch.Rows)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                if (first + row < rows.Count)
                    rows.Read(first + row, batch, row);
                else
                    Clear(row);
            }

            sum += network.Evaluate(batch);
        }

        return sum.Mean;
    }

    private void Clear(int row)
    {
        batch.Inputs.AsSpan(row * batch.Length, batch.Length).Clear();
        batch.Targets.AsSpan(row * batch.Length, batch.Length).Fill(TokenBatch.NoTarget);
        batch.DocumentStarts.AsSpan(row * batch.Length, batch.Length).Clear();
    }
}
