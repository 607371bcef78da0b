using System.Collections;
using System.Linq.Expressions;

namespace TinyLlm.Trainers.Tests.Reports;

/// <summary>
/// The convention by which .NET Interactive finds formatters of types that know nothing of it, done here as its documentation says (<see
/// href="https://github.com/dotnet/interactive/pull/3080"/>): everything is found by name, and the call is compiled.
/// </summary>
[TestClass]
public sealed class NotebookFormatterTests
{
    private static readonly ClassificationEvaluation Evaluation = ClassificationEvaluation.Of("all", ["a", "b"], [0, 1], [0, 1]);

    [TestMethod]
    public void TypeFormatterSource_HistoryAndReports_AreShownWithTheirHtml()
    {
        var history = new TrainingHistory([new(1, 2, 1e-3, 1, null), new(2, 1, 1e-3, 1, 1.5)], stoppedEarly: false);
        var report = new EvaluationReport { Title = "A", Variants = [new() { Name = "F32", FileBytes = 1, Evaluation = Evaluation }] };
        Assert.AreEqual(history.ToHtml(), Show(history, history));
        Assert.AreEqual(report.ToHtml(), Show(report, report));
        Assert.AreEqual(Evaluation.ToHtml(), Show(Evaluation, Evaluation));
    }

    [TestMethod]
    public void TypeFormatterSource_AnotherObject_IsLeftToOtherFormatters() => Assert.IsNull(Show(Evaluation, "text"));

    private static string? Show(object owner, object value)
    {
        var attribute = owner.GetType().GetCustomAttributes(inherit: true).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = Activator.CreateInstance((Type)Property(attribute, "FormatterSourceType"))!;
        var formatters = (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
        var formatter = formatters.Cast<object>().Single(f => "text/html".Equals(Property(f, "MimeType")));
        var (input, writer) = (Expression.Parameter(typeof(object)), Expression.Parameter(typeof(TextWriter)));
        var call = Expression.Call(Expression.Constant(formatter), formatter.GetType().GetMethod("Format")!, input, writer);
        using var text = new StringWriter();
        return Expression.Lambda<Func<object, TextWriter, bool>>(call, input, writer).Compile()(value, text) ? text.ToString() : null;
    }

    private static object Property(object value, string name) => value.GetType().GetProperty(name)!.GetValue(value)!;
}
