using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace TinyLlm.MLNet.Tests.Chains;

[TestClass]
public sealed class LoggingTests
{
    [TestMethod]
    public void Log_ChannelMessage_ArrivesWithKindAndSource()
    {
        var context = new MLContext(seed: 1);
        var messages = new List<LoggingEventArgs>();
        context.Log += (_, message) =>
        {
            if (message.Kind != ChannelMessageKind.Trace) // that the channel was opened and closed
                messages.Add(message);
        };
        using (var channel = ((IHostEnvironment)context).Register("Trainer").Start("Epoch"))
        {
            channel.Info(MessageSensitivity.None, "loss {0}", 1.5);
            channel.Warning(MessageSensitivity.None, "slow {");
        }

        Assert.AreEqual("loss 1.5", messages[0].RawMessage);
        Assert.AreEqual(ChannelMessageKind.Info, messages[0].Kind);
        StringAssert.Contains(messages[0].Source, "Trainer");
        StringAssert.Contains(messages[0].Message, "loss 1.5");
        Assert.AreEqual("slow {", messages[1].RawMessage);
        Assert.AreEqual(ChannelMessageKind.Warning, messages[1].Kind);
    }
}
