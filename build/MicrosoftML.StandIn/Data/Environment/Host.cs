using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The environment of one component: its name, its random numbers, and its way to the log.</summary>
internal sealed class Host : IHost
{
    private readonly string _name;
    private readonly Action<ChannelMessage, string> _log;
    private readonly Lock _lock = new();

    public Host(string name, Random rand, ComponentCatalog components, Action<ChannelMessage, string> log)
    {
        _name = name;
        Rand = rand;
        ComponentCatalog = components;
        _log = log;
    }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string ContextDescription => _name;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_lock)
            return new Host(_name.Length == 0 ? name : $"{_name}; {name}", new Random(seed ?? Rand.Next()), ComponentCatalog, _log);
    }

    public IChannel Start(string name) => new Channel(_name.Length == 0 ? name : $"{_name}; {name}", _log);

    public IPipe<TMessage> StartPipe<TMessage>(string name) =>
        throw new NotSupportedException($"The stand-in has channels of text only, not IPipe<{typeof(TMessage)}>.");

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;
}
