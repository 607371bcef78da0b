namespace Microsoft.ML.Runtime;

/// <summary>Takes the progress of a long computation. Nothing of it reaches <c>MLContext.Log</c>.</summary>
public interface IProgressChannel : IProgressChannelProvider, IDisposable
{
    /// <summary>Says what is counted, and gives the action that fills in the state when somebody asks.</summary>
    void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction);

    /// <summary>Reports metrics, then units of progress, at this moment.</summary>
    void Checkpoint(params double?[] values);
}
