namespace TinyLlm.Fuzz;

/// <summary>What the cases of a target came to.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private int _accepted;
    private long _slowest;
    private long _largest;

    public int Cases { get; private set; }

    /// <summary>Gets the first fault of each kind.</summary>
    public List<string> Faults { get; } = [];

    public void AddCase() => Cases++;

    public void AddFault(string fault)
    {
        // One line for those that differ in numbers only.
        if (_kinds.Add(new string([.. fault.Where(c => !char.IsAsciiDigit(c))])))
            Faults.Add(fault);
    }

    public void Add(Outcome outcome, double mostSeconds, long mostMegabytes)
    {
        Cases++;
        (_slowest, _largest) = (Math.Max(_slowest, outcome.Milliseconds), Math.Max(_largest, outcome.Megabytes));
        if (outcome.Kind == OutcomeKind.Accepted)
            _accepted++;
        else if (outcome.Kind == OutcomeKind.Refused)
            _refusals[outcome.Text] = _refusals.GetValueOrDefault(outcome.Text) + 1;
        else
            AddFault($"case {outcome.Case} threw {outcome.Text}");
        if (outcome.Milliseconds > mostSeconds * 1000)
            AddFault($"case {outcome.Case} took {outcome.Milliseconds:N0} ms");
        if (outcome.Megabytes > mostMegabytes)
            AddFault($"case {outcome.Case} took {outcome.Megabytes:N0} MB");
    }

    public override string ToString() =>
        $"{Cases,6:N0} {_accepted,9:N0} {_refusals.Values.Sum(),8:N0} {Faults.Count,7} {_slowest,11:N0} {_largest,8:N0}  "
        + string.Join(", ", _refusals.Select(refusal => $"{refusal.Key} {refusal.Value:N0}"));
}
