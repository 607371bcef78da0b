using System.Reflection;

namespace TinyLlm.Transforms.Tests;

[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    public void Render_TinyLlmTransforms_IsApproved() =>
        Approved.Verify(PublicApi.Render(Assembly.Load("TinyLlm.Transforms")), "PublicApi");
}
