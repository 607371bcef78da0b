namespace Microsoft.ML.Data;

/// <summary>Turns values as users hold them (strings, arrays) into values as columns hold them, and back.</summary>
internal static class UserValue
{
    /// <summary>Returns a getter of a fixed value of a column type.</summary>
    public static Delegate ToGetter<T>(T value, DataViewType type)
    {
        var convert = ConverterTo(typeof(T), type.RawType, type) as MulticastDelegate
            ?? throw new ArgumentException($"A {typeof(T)} cannot be held as {type}.", nameof(value));
        return Generic.Call<Delegate>(typeof(UserValue), nameof(FixedGetter), [typeof(T), type.RawType], value, convert);
    }

    /// <summary>Returns a <see cref="ToColumn{TUser,TRaw}"/>, or <see langword="null"/> where there is no such conversion.</summary>
    public static Delegate ConverterTo(Type user, Type raw, DataViewType type)
    {
        var size = (type as VectorDataViewType)?.Size ?? 0;
        if (user == typeof(string) && raw == typeof(ReadOnlyMemory<char>))
            return (ToColumn<string, ReadOnlyMemory<char>>)((string value, ref ReadOnlyMemory<char> destination) => destination = value.AsMemory());
        if (user == typeof(string[]) && raw == typeof(VBuffer<ReadOnlyMemory<char>>))
            return (ToColumn<string[], VBuffer<ReadOnlyMemory<char>>>)((string[] value, ref VBuffer<ReadOnlyMemory<char>> destination) => CopyTexts(value, size, ref destination));
        if (user.IsArray && raw == typeof(VBuffer<>).MakeGenericType(user.GetElementType()))
            return Make(nameof(ArrayConverter), user.GetElementType(), size);
        if (user == raw && UserMember.IsVector(raw, out var item) && !raw.IsArray)
            return Make(nameof(VectorConverter), item, size);
        return user == raw ? Make(nameof(SameConverter), user, size) : null;
    }

    /// <summary>Returns a <see cref="FromColumn{TRaw,TUser}"/>, or <see langword="null"/> where there is no such conversion.</summary>
    public static Delegate ConverterFrom(Type raw, Type user)
    {
        if (user == typeof(string) && raw == typeof(ReadOnlyMemory<char>))
            return (FromColumn<ReadOnlyMemory<char>, string>)((in ReadOnlyMemory<char> value, string _) => value.ToString());
        if (user == typeof(string[]) && raw == typeof(VBuffer<ReadOnlyMemory<char>>))
            return (FromColumn<VBuffer<ReadOnlyMemory<char>>, string[]>)((in VBuffer<ReadOnlyMemory<char>> value, string[] _) => [.. value.DenseValues().Select(text => text.ToString())]);
        if (user.IsArray && raw == typeof(VBuffer<>).MakeGenericType(user.GetElementType()))
            return Make(nameof(ArrayFrom), user.GetElementType(), 0);
        if (user == raw && UserMember.IsVector(raw, out var item) && !raw.IsArray)
            return Make(nameof(VectorFrom), item, 0);
        return user == raw ? Make(nameof(SameFrom), user, 0) : null;
    }

    private static Delegate Make(string method, Type item, int size) => Generic.Call<Delegate>(typeof(UserValue), method, [item], size);

    private static ValueGetter<TRaw> FixedGetter<T, TRaw>(T value, ToColumn<T, TRaw> convert) => (ref TRaw destination) => convert(value, ref destination);

    private static ToColumn<T, T> SameConverter<T>(int size) => (T value, ref T destination) => destination = value;

    private static ToColumn<VBuffer<T>, VBuffer<T>> VectorConverter<T>(int size) => (VBuffer<T> value, ref VBuffer<T> destination) =>
    {
        CheckSize(size, value.Length);
        value.CopyTo(ref destination);
    };

    private static ToColumn<T[], VBuffer<T>> ArrayConverter<T>(int size) => (T[] value, ref VBuffer<T> destination) =>
    {
        CheckSize(size, value?.Length ?? 0);
        var editor = VBufferEditor.Create(ref destination, value?.Length ?? 0);
        value.AsSpan().CopyTo(editor.Values);
        destination = editor.Commit();
    };

    private static FromColumn<T, T> SameFrom<T>(int size) => (in T value, T _) => value;

    private static FromColumn<VBuffer<T>, VBuffer<T>> VectorFrom<T>(int size) => (in VBuffer<T> value, VBuffer<T> old) =>
    {
        value.CopyTo(ref old);
        return old;
    };

    private static FromColumn<VBuffer<T>, T[]> ArrayFrom<T>(int size) => (in VBuffer<T> value, T[] old) =>
    {
        var array = old?.Length == value.Length ? old : new T[value.Length];
        value.CopyTo(array);
        return array;
    };

    private static void CopyTexts(string[] value, int size, ref VBuffer<ReadOnlyMemory<char>> destination)
    {
        CheckSize(size, value?.Length ?? 0);
        var editor = VBufferEditor.Create(ref destination, value?.Length ?? 0);
        for (var i = 0; i < editor.Values.Length; i++)
            editor.Values[i] = value[i].AsMemory();
        destination = editor.Commit();
    }

    private static void CheckSize(int expected, int found)
    {
        if (expected != 0 && expected != found)
            throw new InvalidOperationException($"The column has vectors of {expected} values, and this row has {found}.");
    }
}
