using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MicrosoftML.StandIn.Tests.StandInOnly;

/// <summary>
/// The stand-in has helpers of its own, internal like the real one's internals; what the product uses of it must be real.
/// </summary>
[TestClass]
public sealed class ApiUseTests
{
    private static readonly RealApi Real = RealApi.Load();

    [TestMethod]
    [DataRow("TinyLlm.Transforms")]
    [DataRow("TinyLlm.Trainers")]
    [DataRow("MicrosoftML.Reload")]
    public void References_IntoTheStandIn_AreToRealMembers(string assembly)
    {
        var unreal = ReferencesOf(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"))
            .Where(reference => !IsReal(reference)).ToArray();
        Assert.IsEmpty(unreal, $"\n{string.Join("\n", unreal)}\n");
    }

    [TestMethod]
    public void References_OfThisAssembly_IncludeStandInHelpers() =>
        // These tests do use a helper (NumberText), so a search that finds none is broken.
        Assert.Contains(
            ("Microsoft.ML.Data.NumberText", "ToSingle"),
            ReferencesOf(typeof(ApiUseTests).Assembly.Location).Where(reference => !IsReal(reference)).Select(
                reference => (reference.Type, reference.Member)));

    [TestMethod]
    public void IsReal_MemberOfTheRealOneWithOtherParameters_IsFalse()
    {
        Assert.IsTrue(IsReal(("Microsoft.ML.MLContext", ".ctor", 1)));
        Assert.IsFalse(IsReal(("Microsoft.ML.MLContext", ".ctor", 2)));
        Assert.IsTrue(IsReal(("Microsoft.ML.MulticlassClassificationCatalog", "Evaluate", 5)));
        Assert.IsFalse(IsReal(("Microsoft.ML.MulticlassClassificationCatalog", "Evaluate", 6)));
        Assert.IsFalse(IsReal(("Microsoft.ML.Data.ConfusionMatrix", ".ctor", 2)));
    }

    private static bool IsReal((string Type, string? Member, int Parameters) reference) =>
        Real.Has(reference.Type)
        && (reference.Member is null || Real.HasMethod(reference.Type, reference.Member.Replace('.', '#'), reference.Parameters)
            || Real.HasFieldNamed(reference.Type, reference.Member)
            || (reference.Member.Split('_', 2) is [("get" or "set" or "add" or "remove"), var name]
                && Real.HasMemberNamed(reference.Type, name)));

    // Every type, and every member of a type, that an assembly refers to in the stand-in.
    private static (string Type, string? Member, int Parameters)[] ReferencesOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var types = metadata.TypeReferences.Where(type => IsInStandIn(metadata, type)).Select(
            type => (NameOf(metadata, type), (string?)null, 0));
        var members = metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Select(member => (Parent: ParentOf(metadata, member.Parent),
                Name: metadata.GetString(member.Name),
                Parameters: ParametersOf(metadata, member)))
            .Where(member => member.Parent is { } parent && IsInStandIn(metadata, parent))
            .Select(member => (NameOf(metadata, member.Parent!.Value), (string?)member.Name, member.Parameters));
        return [.. types.Concat(members).Distinct()];
    }

    private static int ParametersOf(MetadataReader metadata, MemberReference member)
    {
        if (member.GetKind() != MemberReferenceKind.Method)
            return 0;
        var signature = metadata.GetBlobReader(member.Signature);
        if (signature.ReadSignatureHeader().IsGeneric)
            signature.ReadCompressedInteger();
        return signature.ReadCompressedInteger();
    }

    private static bool IsInStandIn(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var scope = metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => IsInStandIn(metadata, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference =>
                metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name) == "MicrosoftML.StandIn",
            _ => false,
        };
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    // The member's type, or the generic type that it is made of.
    private static TypeReferenceHandle? ParentOf(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
            return (TypeReferenceHandle)parent;
        if (parent.Kind != HandleKind.TypeSpecification)
            return null;
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return null;
        signature.ReadByte(); // class or value type
        var definition = signature.ReadTypeHandle();
        return definition.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)definition : null;
    }
}
