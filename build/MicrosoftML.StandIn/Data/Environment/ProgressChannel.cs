using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Takes progress and shows it to nobody, as nothing of it reaches <see cref="MLContext.Log"/> in ML.NET either.</summary>
internal sealed class ProgressChannel : IProgressChannel
{
    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
    }

    public void Checkpoint(params double?[] values)
    {
    }

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public void Dispose()
    {
    }
}
