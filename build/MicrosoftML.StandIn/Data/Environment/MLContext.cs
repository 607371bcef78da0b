using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The entry point: catalogs of everything, one seed, one log.</summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly Host _host;

    /// <summary>Makes a context whose components draw their random numbers from <paramref name="seed"/>.</summary>
    public MLContext(int? seed = null)
    {
        Seed = seed;
        _host = new Host("", seed is { } value ? new Random(value) : new Random(), new ComponentCatalog(), OnMessage);
        Data = new DataOperationsCatalog(this);
        Transforms = new TransformsCatalog(this);
        Model = new ModelOperationsCatalog(this);
        BinaryClassification = new BinaryClassificationCatalog(this);
        MulticlassClassification = new MulticlassClassificationCatalog(this);
        Regression = new RegressionCatalog(this);
    }

    /// <summary>Raised for every message of every channel.</summary>
    public event EventHandler<LoggingEventArgs> Log;

    public DataOperationsCatalog Data { get; }

    public TransformsCatalog Transforms { get; }

    public ModelOperationsCatalog Model { get; }

    public BinaryClassificationCatalog BinaryClassification { get; }

    public MulticlassClassificationCatalog MulticlassClassification { get; }

    public RegressionCatalog Regression { get; }

    public ComponentCatalog ComponentCatalog => _host.ComponentCatalog;

    internal int? Seed { get; }

    string IExceptionContext.ContextDescription => _host.ContextDescription;

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _host.Register(name, seed, verbose);

    IChannel IChannelProvider.Start(string name) => _host.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _host.StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _host.StartProgressChannel(name);

    TException IExceptionContext.Process<TException>(TException ex) => _host.Process(ex);

    private void OnMessage(ChannelMessage message, string source) =>
        Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source));
}
