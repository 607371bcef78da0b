using System.Reflection;

namespace TinyLlm.Trainers.Tests;

[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    public void Render_TinyLlmTrainers_IsApproved() =>
        Approved.Verify(PublicApi.Render(Assembly.Load("TinyLlm.Trainers")), "PublicApi");
}
