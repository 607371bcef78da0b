using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Knows the classes that can be loaded from a model file, by signature and load name.</summary>
public sealed class ComponentCatalog
{
    private const BindingFlags Members = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _assemblies = [];
    private readonly Dictionary<(Type Signature, string Name), LoadableClassAttributeBase> _classes = [];
    private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];

    internal ComponentCatalog() => RegisterAssembly(typeof(ComponentCatalog).Assembly);

    /// <summary>Registers what an assembly declares loadable. Registering it again does nothing.</summary>
    /// <exception cref="InvalidOperationException">A load name is taken by another class, and <paramref name="throwOnError"/>.</exception>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_assemblies.Add(assembly.FullName))
                return;
            foreach (var entry in assembly.GetCustomAttributes().OfType<LoadableClassAttributeBase>())
            {
                foreach (var key in entry.SigTypes.SelectMany(signature => entry.LoadNames.Select(name => (signature, name.ToLowerInvariant()))))
                {
                    if (!_classes.TryAdd(key, entry) && _classes[key].LoaderType != entry.LoaderType && throwOnError)
                        throw new InvalidOperationException($"The load name '{key.Item2}' of {entry.LoaderType} is taken by {_classes[key].LoaderType}.");
                }
            }

            foreach (var type in assembly.GetTypes())
            {
                foreach (var extension in type.GetCustomAttributes<ExtensionBaseAttribute>(inherit: false))
                {
                    if (!_extensions.TryAdd((extension.GetType(), extension.ContractName), type) && throwOnError)
                        throw new InvalidOperationException($"The contract '{extension.ContractName}' of {type} is taken by {_extensions[(extension.GetType(), extension.ContractName)]}.");
                }
            }
        }
    }

    /// <summary>Makes the class that a registered assembly marks with <typeparamref name="TAttribute"/> and the contract.</summary>
    internal bool TryCreateExtension<TAttribute>(string contract, out object result)
        where TAttribute : ExtensionBaseAttribute
    {
        Type type;
        lock (_lock)
            _extensions.TryGetValue((typeof(TAttribute), contract), out type);
        result = type is null ? null : Activator.CreateInstance(type);
        return type is not null;
    }

    /// <summary>Makes the component of that load name from its private static <c>Create</c>, or its constructor, that takes these arguments.</summary>
    internal bool TryCreate(Type signature, string name, object[] arguments, out object result)
    {
        LoadableClassAttributeBase entry;
        lock (_lock)
        {
            if (!_classes.TryGetValue((signature, name.ToLowerInvariant()), out entry))
            {
                result = null;
                return false;
            }
        }

        var types = arguments.Select(argument => argument.GetType()).ToArray();
        var factory = entry.LoaderType.GetMethods(Members).FirstOrDefault(method => method is { IsStatic: true, Name: "Create" } && Takes(method, types));
        try
        {
            result = factory is not null
                ? factory.Invoke(null, arguments)
                : entry.LoaderType.GetConstructors(Members).FirstOrDefault(c => !c.IsStatic && Takes(c, types))?.Invoke(arguments)
                    ?? throw new InvalidOperationException(
                        $"{entry.LoaderType} is loadable as '{name}' but has no static Create({string.Join(", ", types.Select(t => t.Name))}).");
            return true;
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private static bool Takes(MethodBase method, Type[] types)
    {
        var parameters = method.GetParameters();
        return parameters.Length == types.Length && parameters.Zip(types).All(pair => pair.First.ParameterType.IsAssignableFrom(pair.Second));
    }
}
