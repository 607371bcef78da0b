using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TinyLlm.MLNet.Tests.Internals;

/// <summary>Reads from a built assembly which members of Microsoft.ML it refers to that are not public.</summary>
internal static class UsedInternals
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Returns them as <c>Type.Member</c>, in order; a member that Microsoft.ML no longer has ends in <c>(missing)</c>.</summary>
    public static IEnumerable<string> Of(Assembly user)
    {
        using var file = new PEReader(File.OpenRead(user.Location));
        var metadata = file.GetMetadataReader();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in metadata.TypeReferences)
        {
            if (Resolve(metadata, handle, out var name) is not { } type)
            {
                if (name is not null)
                    found.Add($"{name} (missing)");
            }
            else if (!type.IsVisible)
            {
                found.Add(type.Name);
            }
        }

        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference
                || Resolve(metadata, (TypeReferenceHandle)member.Parent, out _) is not { } type)
                continue;
            var name = metadata.GetString(member.Name);
            var candidates = Candidates(type, name, member);
            if (candidates.Length == 0)
                found.Add($"{type.Name}.{name} (missing)");
            else if (!candidates.Any(IsAccessible))
                found.Add($"{type.Name}.{name}");
        }

        return found;
    }

    private static Type? Resolve(MetadataReader metadata, TypeReferenceHandle handle, out string? name)
    {
        var reference = metadata.GetTypeReference(handle);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var outer = Resolve(metadata, (TypeReferenceHandle)reference.ResolutionScope, out var outerName);
            name = outerName is null ? null : $"{outerName}+{metadata.GetString(reference.Name)}";
            return outer?.GetNestedType(metadata.GetString(reference.Name), All);
        }

        name = null;
        if (reference.ResolutionScope.Kind != HandleKind.AssemblyReference)
            return null;
        var assembly = metadata.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope);
        if (!metadata.GetString(assembly.Name).StartsWith("Microsoft.ML", StringComparison.Ordinal))
            return null;
        name = $"{metadata.GetString(reference.Namespace)}.{metadata.GetString(reference.Name)}";
        return Assembly.Load(metadata.GetString(assembly.Name)).GetType(name);
    }

    private static MemberInfo[] Candidates(Type type, string name, MemberReference member)
    {
        if (member.GetKind() == MemberReferenceKind.Field)
            return type.GetMember(name, MemberTypes.Field, All);
        var parameters = member.DecodeMethodSignature(new NoTypes(), null).ParameterTypes.Length;
        return [.. type.GetMembers(All).OfType<MethodBase>()
            .Where(method => method.Name == name && method.GetParameters().Length == parameters)];
    }

    private static bool IsAccessible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => throw new InvalidOperationException($"{member} is neither a method nor a field."),
    };

    /// <summary>Decodes a signature for the number of its parameters alone.</summary>
    private sealed class NoTypes : ISignatureTypeProvider<int, object?>
    {
        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;

        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => 0;

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => 0;

        public int GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => 0;
    }
}
