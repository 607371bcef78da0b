using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Data;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Training;

/// <summary>Trains a network: draws rows, adds up gradients, updates the weights, validates, writes checkpoints.</summary>
internal sealed unsafe class Trainer : IDisposable
{
    private readonly Network _network;
    private readonly RowSource _source;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly int _steps;
    private readonly LearningRateCurve _curve;
    private readonly AdamW _optimizer;
    private readonly GradientNorm _norm;
    private readonly TokenBatch _batch;
    private readonly Validator? _validator;
    private readonly EarlyStopping? _stopping;
    private readonly CheckpointFolder? _folder;
    private readonly ImmutableArray<(string Name, string Value)> _settings;
    private readonly List<TrainingPoint> _points;
    private int _step;
    private int? _savedStep;
    private bool _hasLooked;

    /// <summary>Makes a trainer; network, pool and rows stay the caller's.</summary>
    /// <param name="network">What to train, made for the batch size and the sequence length of the options.</param>
    /// <param name="pool">The threads of the weight update; the network may use the same.</param>
    /// <param name="source">The training rows.</param>
    /// <param name="options">How to train.</param>
    /// <param name="model">The architecture in words; a checkpoint is for one model only.</param>
    /// <param name="validation">The rows to validate on; null for no validation.</param>
    /// <param name="time">The clock of progress reports; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public Trainer(
        Network network,
        WorkerPool pool,
        RowSource source,
        TrainingOptions options,
        string model,
        ValidationRows? validation = null,
        TimeProvider? time = null)
    {
        options.Validate();
        if (options.EarlyStoppingPatience is not null && validation is null)
            throw new ArgumentException($"{nameof(options.EarlyStoppingPatience)} is set without validation data.", nameof(options));
        (_network, _source, _options, _time) = (network, source, options, time ?? TimeProvider.System);
        _steps = options.Steps ?? StepsOf(source.CountRows(options.Epochs), options);
        _curve = new LearningRateCurve(options, _steps);
        var constants = new AdamWOptions(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
        _optimizer = new AdamW(network.Parameters, pool, constants);
        _norm = new GradientNorm(_optimizer.Trained, pool);
        _batch = new TokenBatch(options.BatchSize, options.SequenceLength);
        _validator = validation is null || options.EvaluateEvery is null ? null : new Validator(network, validation, _batch);
        _stopping = options.EarlyStoppingPatience is { } patience ? new EarlyStopping(_optimizer.Trained, patience) : null;
        _folder = options.CheckpointFolder is { } folder ? new CheckpointFolder(folder) : null;
        var frozen = _folder is null ? "" : FrozenWeights.Describe(network.Parameters);
        var held = _validator is null ? null : validation!.Describe();
        _settings = TrainingSettings.List(options, _steps, _curve, model + frozen, source.Describe(), held);
        _points = new List<TrainingPoint>(Math.Min(_steps, 1 << 20));
    }

    /// <summary>Trains to the end. After an error it may be called again and goes on from the last complete step.</summary>
    /// <exception cref="OperationCanceledException">
    /// The run was cancelled; a checkpoint was written where there is a folder for it.
    /// </exception>
    /// <exception cref="NotFiniteNumberException">
    /// Loss or gradient is no finite number; the weights are those of the step before.
    /// </exception>
    /// <exception cref="FormatException">The checkpoint in the folder cannot be read, or contradicts itself.</exception>
    /// <exception cref="InvalidOperationException">
    /// The checkpoint in the folder is of a run with other settings, or another training is writing there.
    /// </exception>
    /// <exception cref="IOException">A checkpoint cannot be written.</exception>
    public TrainingHistory Run()
    {
        using var held = _folder?.Lock(_time);
        Resume();
        _network.ZeroGradients();
        var clock = new TrainingClock(_time);
        while (_step < _steps && _stopping?.ShouldStop != true)
        {
            if (_options.CancellationToken.IsCancellationRequested)
                throw Cancelled();
            TakeStep(clock);
            if (_options.CheckpointEvery is { } every && _step % every == 0)
                Save();
        }

        Save();
        _stopping?.Restore();
        return new TrainingHistory(
            [.. _points], stoppedEarly: _step < _steps, clock.StepsPerSecond() is > 0 and var speed ? speed * TokensPerStep : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _stopping?.Dispose();
    }

    private static int StepsOf(long rows, TrainingOptions options)
    {
        var rowsPerStep = (long)options.BatchSize * options.GradientAccumulation;
        return checked((int)((rows + rowsPerStep - 1) / rowsPerStep));
    }

    private void TakeStep(TrainingClock clock)
    {
        clock.BeginStep();
        var step = _step + 1;
        var sum = new LossSum();
        for (var i = 0; i < _options.GradientAccumulation; i++)
        {
            for (var row = 0; row < _batch.Rows; row++)
                _source.Next(_batch, row);
            sum += _network.Backpropagate(_batch, Mixing.Derive((ulong)_options.Seed, ((ulong)step << 32) + (ulong)i));
        }

        // The gradients are of the summed loss; the loss that is minimized is the mean.
        var scale = 1.0 / Math.Max(1, sum.Count);
        var norm = _norm.Compute() * scale;
        var rate = _curve[step];
        if (!double.IsFinite(sum.Nats) || !double.IsFinite(norm))
            throw NotFinite(step, sum.Mean, rate);
        _optimizer.Update(step, rate, norm > _options.ClipNorm ? scale * _options.ClipNorm.Value / norm : scale);
        _step = step;
        clock.EndStep();

        var point = new TrainingPoint(step, sum.Mean, rate, norm, Validate(step, rate));
        _points.Add(point);
        _options.Progress?.Report(new TrainingProgress
        {
            Point = point,
            Steps = _steps,
            Tokens = step * TokensPerStep,
            TokensPerSecond = clock.StepsPerSecond() * TokensPerStep,
            GigaflopsPerSecond = clock.StepsPerSecond() * _network.CountOperations(TokensPerStep, _batch.Length, sum.Count) / 1e9,
            TimeLeft = clock.TimeFor(_steps - step),
        });
    }

    private long TokensPerStep => (long)_batch.Inputs.Length * _options.GradientAccumulation;

    private double? Validate(int step, double rate)
    {
        if (_validator is null || (step % _options.EvaluateEvery != 0 && step != _steps))
            return null;
        var loss = _validator.Measure();
        if (!double.IsFinite(loss))
            throw NotFinite(step, loss, rate, "validation ");
        _stopping?.Observe(loss);
        return loss;
    }

    private void Resume()
    {
        if (_hasLooked)
            return;
        if (_folder is not null && _options.Resume)
        {
            using var file = _folder.OpenLast();
            if (file is not null)
                Restore(file.Content);
        }

        _hasLooked = true;
    }

    private void Restore(Checkpoint checkpoint)
    {
        TrainingSettings.Compare(checkpoint, _settings, _optimizer.Trained);
        CheckpointCheck.Check(checkpoint, _steps, _source.StateLength);
        var tensors = checkpoint.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _stopping?.Replay(checkpoint.Points);
        foreach (var numbers in Numbers())
            CheckpointCheck.TensorFor(numbers, tensors).CopyTo(numbers.Values.Span);
        _source.RestoreState(checkpoint.Source.AsSpan());
        _points.AddRange(checkpoint.Points);
        (_step, _savedStep) = (checkpoint.Step, checkpoint.Step);
    }

    private void Save()
    {
        if (_folder is null || _savedStep == _step)
            return;
        var source = new long[_source.StateLength];
        _source.SaveState(source);
        _folder.Save(new Checkpoint(
            _step,
            [.. source],
            _settings,
            [.. _points],
            [.. Numbers().Select(numbers => ModelTensor.FromSingles(numbers.Name, numbers.Shape, numbers.Values))]));
        _savedStep = _step;
    }

    private List<TrainedNumbers> Numbers()
    {
        List<TrainedNumbers> numbers = [];
        for (var i = 0; i < _optimizer.Trained.Length; i++)
        {
            var parameter = _optimizer.Trained[i];
            Add("", parameter, parameter.Weights);
            Add(CheckpointFile.FirstMoment, parameter, _optimizer.FirstMoments[i]);
            Add(CheckpointFile.SecondMoment, parameter, _optimizer.SecondMoments[i]);
            if (_stopping is { HasBest: true })
                Add(CheckpointFile.BestWeights, parameter, _stopping.Best[i]);
        }

        return numbers;

        void Add(string prefix, Parameter parameter, float* values) => numbers.Add(new TrainedNumbers(
            prefix + parameter.Name, parameter.Shape, new NativeSingles(values, checked((int)parameter.Count)).Memory));
    }

    private OperationCanceledException Cancelled()
    {
        Save();
        var kept = _folder is null ? "" : $" '{_folder.CurrentPath}' has it; run again with the same options to go on.";
        return new OperationCanceledException($"Training was cancelled after step {_step} of {_steps}.{kept}", _options.CancellationToken);
    }

    private NotFiniteNumberException NotFinite(int step, double loss, double rate, string kind = "")
    {
        var tensor = FirstNotFinite() is { } name ? $" '{name}' is the first tensor that is not finite." : "";
        var kept = _savedStep is { } saved ? $" The checkpoint of step {saved} is whole: '{_folder!.CurrentPath}'." : "";
        var found = FormattableString.Invariant($"the {kind}loss is {loss} at the learning rate {rate}");
        return new NotFiniteNumberException(
            $"Training ran away in step {step}: {found}.{tensor}{kept} Lower LearningRate or raise WarmupSteps.", loss);
    }

    private string? FirstNotFinite()
    {
        // What is in BF16 is frozen: it is as it was loaded.
        foreach (var parameter in _network.Parameters.Where(parameter => !parameter.IsBFloat16))
        {
            for (long i = 0; i < parameter.Count; i++)
            {
                if (!float.IsFinite(parameter.Weights[i]))
                    return parameter.Name;
            }
        }

        return _norm.FirstNotFinite() is { } gradient ? gradient.Name : null;
    }
}
