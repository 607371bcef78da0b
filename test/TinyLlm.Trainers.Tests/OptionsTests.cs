using System.Globalization;
using System.Reflection;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Tests.Pipelines;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests;

/// <summary>Every number of every public record of settings: what is not finite is refused by name.</summary>
[TestClass]
public sealed class OptionsTests
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static readonly Assembly[] Assemblies =
        [typeof(TinyGptOptions).Assembly, typeof(ClassifyOptions).Assembly, typeof(FineTuneOptions).Assembly];

    public static IEnumerable<object[]> Numbers() => Records().SelectMany(type => type.GetProperties()
        .Where(property => property.SetMethod is not null && IsReal(property.PropertyType))
        .Select(property => new object[] { type, property.Name }));

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Validate_NumberThatIsNotFinite_IsRefusedByName(Type type, string name)
    {
        foreach (var number in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var property = type.GetProperty(name)!;
            var options = Create(type);
            property.SetValue(
                options, Convert.ChangeType(number, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, Invariant));
            StringAssert.Contains(Problem(options), $"{name} is {number}");

            // The same where another setting that it is compared with is there.
            if (options is SensorWindowOptions windows)
                StringAssert.Contains(Problem(windows with { SampleInterval = windows.SampleInterval ?? 1 }), $"{name} is {number}");
        }
    }

    [TestMethod]
    public void Numbers_Found_AreThoseThatWeKnowOf()
    {
        var found = Numbers().Select(entry => $"{((Type)entry[0]).Name}.{entry[1]}").ToArray();
        foreach (var known in new[]
        {
            "ClassificationOptions.AbstainBelow", "GenerationOptions.MinP", "ModelArchitecture.RopeBase", "ClassifyOptions.Temperature",
            "CorpusOptions.MaximumOverlap", "SensorWindowOptions.MaximumGap", "TrainingOptions.ClipNorm", "LoraOptions.Alpha",
            "FineTuneOptions.ValidationFraction", "CalibrateOptions.ValidationFraction",
        })
            CollectionAssert.Contains(found, known);
        // Lists of numbers would need a test of their own.
        Assert.IsEmpty(Records().SelectMany(type => type.GetProperties()).Where(property =>
            property.PropertyType.IsGenericType && property.PropertyType.GetGenericArguments().Any(IsReal)
            && Nullable.GetUnderlyingType(property.PropertyType) is null));
    }

    private static IEnumerable<Type> Records() => Assemblies.SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => !type.IsAbstract && type.GetMethod("Validate", Type.EmptyTypes) is { IsStatic: false });

    private static bool IsReal(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var real
        && (real == typeof(double) || real == typeof(float) || real == typeof(Half));

    // Settings that are required and are not given here are a problem of their own beside the one that is looked for.
    private static object Create(Type type) => type.Name switch
    {
        nameof(ModelArchitecture) => GestureRows.Architecture with { RopeBase = 10_000 },
        nameof(SensorTemplateOptions) => new SensorTemplateOptions { Channels = [new SensorChannel("x")] },
        _ => Activator.CreateInstance(type)!,
    };

    private static string Problem(object options)
    {
        var error = Assert.ThrowsExactly<TargetInvocationException>(() => options.GetType().GetMethod("Validate")!.Invoke(options, null));
        return error.InnerException is ArgumentException problem ? problem.Message : throw error;
    }
}
