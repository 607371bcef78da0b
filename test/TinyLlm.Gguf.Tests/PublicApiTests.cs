using System.Reflection;

namespace TinyLlm.Gguf.Tests;

[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    public void Render_TinyLlmGguf_IsApproved() =>
        Approved.Verify(PublicApi.Render(Assembly.Load("TinyLlm.Gguf")), "PublicApi");
}
