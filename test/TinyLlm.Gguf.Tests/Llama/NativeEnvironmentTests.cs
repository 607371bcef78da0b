using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

[TestClass]
public sealed class NativeEnvironmentTests
{
    [TestMethod]
    public void Set_Unix_IsSeenByNativeCode()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no getenv to ask.");
        Assert.IsNull(NativeEnvironment.Get("TINYLLM_NATIVE_ENVIRONMENT_TEST"));
        NativeEnvironment.Set("TINYLLM_NATIVE_ENVIRONMENT_TEST", "é 1");
        Assert.AreEqual("é 1", NativeEnvironment.Get("TINYLLM_NATIVE_ENVIRONMENT_TEST"));
        Assert.IsNull(
            Environment.GetEnvironmentVariable("TINYLLM_NATIVE_ENVIRONMENT_TEST"),
            "The runtime keeps its own: that is why this is needed.");
    }

    [TestMethod]
    public void EnsureStarted_Unix_KeepsDebuggersAway()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no getenv to ask.");
        LlamaRuntime.EnsureStarted();
        Assert.AreEqual("1", NativeEnvironment.Get("GGML_NO_BACKTRACE"));
    }
}
