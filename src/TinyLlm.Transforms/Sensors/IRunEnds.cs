namespace TinyLlm.Transforms;

/// <summary>Is told where rows are missing in a stream, behind which a group's next row begins a new run.</summary>
internal interface IRunEnds<in TGroup>
{
    /// <summary>Ends the run of a group, if it has one.</summary>
    void End(TGroup group, RunEnd cause);

    /// <summary>Ends the runs of all groups.</summary>
    void EndAll(RunEnd cause);
}
