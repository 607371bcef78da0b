using System.Collections.Immutable;
using System.Globalization;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Data;

/// <summary>Several sources mixed by ratio, phase after phase; a source that comes back goes on where it was.</summary>
/// <remarks>The last phase goes on if more rows are asked for than the phases have.</remarks>
internal sealed class MixtureSampler : RowSource
{
    private readonly ImmutableArray<RowSource> _sources;
    private readonly ImmutableArray<CurriculumPhase> _phases;
    private readonly int[][] _members;
    private readonly MixtureSchedule[] _schedules;
    private int _phase;
    private long _drawnInPhase;

    /// <summary>Mixes sources in phases.</summary>
    /// <exception cref="ArgumentException">The phases do not fit the sources; the message lists every problem.</exception>
    public MixtureSampler(ImmutableArray<RowSource> sources, ImmutableArray<CurriculumPhase> phases)
    {
        (_sources, _phases) = (sources, phases);
        Validate();
        _members = [.. phases.Select(phase => Enumerable.Range(0, sources.Length).Where(i => phase.Weights[i] > 0).ToArray())];
        _schedules = [.. phases.Zip(_members, (phase, members) => new MixtureSchedule([.. members.Select(i => phase.Weights[i])]))];
    }

    /// <inheritdoc/>
    public override int StateLength => 1 + _schedules.Sum(schedule => schedule.Counts.Length) + _sources.Sum(source => source.StateLength);

    /// <inheritdoc/>
    public override void Next(TokenBatch batch, int row)
    {
        if (_phase < _phases.Length - 1 && _drawnInPhase == _phases[_phase].Rows)
            (_phase, _drawnInPhase) = (_phase + 1, 0);
        _drawnInPhase++;
        _sources[_members[_phase][_schedules[_phase].Next()]].Next(batch, row);
    }

    /// <inheritdoc/>
    public override long CountRows(int epochs) => _phases[^1].Rows is not null && epochs == 1
        ? _phases.Sum(phase => phase.Rows!.Value)
        : throw new InvalidOperationException(
            "A mixture has one epoch, the rows of its phases, if each has a number of rows: set that and one epoch, or set Steps.");

    /// <inheritdoc/>
    public override void SaveState(Span<long> state)
    {
        state[0] = _phase;
        state = state[1..];
        foreach (var schedule in _schedules)
        {
            schedule.Counts.CopyTo(state);
            state = state[schedule.Counts.Length..];
        }

        foreach (var source in _sources)
        {
            source.SaveState(state);
            state = state[source.StateLength..];
        }
    }

    /// <inheritdoc/>
    public override void RestoreState(ReadOnlySpan<long> state)
    {
        _phase = state[0] < _schedules.Length
            ? (int)state[0]
            : throw new FormatException($"The place in the data is in phase {state[0]}, and there are {_schedules.Length}.");
        state = state[1..];
        foreach (var schedule in _schedules)
        {
            schedule.Restore(state[..schedule.Counts.Length]);
            state = state[schedule.Counts.Length..];
        }

        _drawnInPhase = 0;
        foreach (var count in _schedules[_phase].Counts)
            _drawnInPhase += count;
        foreach (var source in _sources)
        {
            source.RestoreState(state[..source.StateLength]);
            state = state[source.StateLength..];
        }
    }

    /// <inheritdoc/>
    public override string Describe()
    {
        var phases = _phases.Select(phase =>
            $"{string.Join(':', phase.Weights.Select(weight => weight.ToString("R", CultureInfo.InvariantCulture)))} for {phase.Rows}");
        return $"mixed {string.Join(", ", phases)} of [{string.Join("] [", _sources.Select(source => source.Describe()))}]";
    }

    private void Validate()
    {
        List<string> problems = [];
        if (_sources.IsEmpty)
            problems.Add("there is no source");
        if (_phases.IsEmpty)
            problems.Add("there is no phase");
        for (var i = 0; i < _phases.Length; i++)
        {
            var (weights, rows) = (_phases[i].Weights, _phases[i].Rows);
            if (weights.Length != _sources.Length)
                problems.Add($"phase {i + 1} has {weights.Length} weights for {_sources.Length} sources");
            if (!weights.All(weight => weight >= 0 && double.IsFinite(weight)) || !weights.Any(weight => weight > 0))
                problems.Add($"phase {i + 1} has the weights {string.Join(", ", weights)}; numbers from 0, one positive, are expected");
            if (rows < 1)
                problems.Add($"phase {i + 1} lasts {rows} rows; at least 1 is expected");
            if (rows is null && i < _phases.Length - 1)
                problems.Add($"phase {i + 1} has no end, and another follows it");
        }

        if (problems.Count > 0)
            throw new ArgumentException($"The curriculum is not valid: {string.Join("; ", problems)}.");
    }
}
