namespace TinyLlm.Fuzz;

internal enum OutcomeKind
{
    /// <summary>The reader found nothing wrong.</summary>
    Accepted,

    /// <summary>It refused with an exception that its documentation names.</summary>
    Refused,

    /// <summary>It threw another one.</summary>
    Undocumented,
}
