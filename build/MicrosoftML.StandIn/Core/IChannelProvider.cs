namespace Microsoft.ML.Runtime;

/// <summary>Starts channels.</summary>
public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);

    IPipe<TMessage> StartPipe<TMessage>(string name);
}
