using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Sends messages to the log under one name.</summary>
internal sealed class Channel(string name, Action<ChannelMessage, string> log) : IChannel
{
    public string ContextDescription => name;

    public void Send(ChannelMessage msg) => log(msg, name);

    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

    public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, sensitivity, fmt, args);

    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

    public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Error, sensitivity, fmt, args);

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public void Dispose()
    {
    }

    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string message) =>
        Send(new ChannelMessage(kind, sensitivity, message));

    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] args) =>
        Send(kind, sensitivity, string.Format(CultureInfo.InvariantCulture, format, args));
}
