using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls a static generic method whose type arguments are known at run time only, as those of columns are.</summary>
internal static class Generic
{
    /// <summary>Calls <paramref name="method"/> of <paramref name="owner"/>; exceptions come out as they are.</summary>
    public static TResult Call<TResult>(Type owner, string method, Type[] typeArguments, params object[] arguments)
    {
        var definition = owner.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
            ?? throw new MissingMethodException(owner.FullName, method);
        return (TResult)definition.MakeGenericMethod(typeArguments).Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
