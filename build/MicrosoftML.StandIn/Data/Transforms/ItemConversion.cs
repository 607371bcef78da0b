using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Conversions among simple types. Text that is no number becomes NaN, or 0 where there is no NaN; casts are C#'s unchecked ones.</summary>
internal static class ItemConversion
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static bool Exists(DataViewType from, DataViewType to) =>
        from.RawType == to.RawType
        || IsText(to.RawType)
        || (IsText(from.RawType) && to.RawType != typeof(DataViewRowId))
        || (IsNumber(from.RawType) && IsNumber(to.RawType));

    public static Func<TIn, TOut> Get<TIn, TOut>()
    {
        if (typeof(TIn) == typeof(TOut))
            return (Func<TIn, TOut>)(object)(Func<TIn, TIn>)(value => value);
        if (IsText(typeof(TOut)))
            return (Func<TIn, TOut>)(object)(Func<TIn, ReadOnlyMemory<char>>)(value => ToText(value).AsMemory());
        if (IsText(typeof(TIn)))
            return (Func<TIn, TOut>)(object)(Func<ReadOnlyMemory<char>, TOut>)(text => Parse<TOut>(text.Span));
        return value => Cast<TIn, TOut>(value);
    }

    /// <summary>Reads a text as a value; a text that is none gives NaN or the default.</summary>
    public static T Parse<T>(ReadOnlySpan<char> text) => TryParse<T>(text, out var value) ? value : default;

    /// <summary>Reads a value; only a real number may be anything, as what is none is NaN.</summary>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value)
    {
        text = text.Trim();
        object parsed =
            text.IsEmpty ? default(T)
            : typeof(T) == typeof(float) ? float.TryParse(text, NumberStyles.Float, Invariant, out var f) ? f : float.NaN
            : typeof(T) == typeof(double) ? double.TryParse(text, NumberStyles.Float, Invariant, out var d) ? d : double.NaN
            : typeof(T) == typeof(bool) ? BooleanText.TryParse(text, out var b) ? b : null
            : typeof(T) == typeof(DateTime) ? DateTime.TryParse(text, Invariant, DateTimeStyles.None, out var date) ? date : null
            : typeof(T) == typeof(DateTimeOffset) ? DateTimeOffset.TryParse(text, Invariant, DateTimeStyles.None, out var offset) ? offset : null
            : typeof(T) == typeof(TimeSpan) ? TimeSpan.TryParse(text, Invariant, out var span) ? span : null
            : typeof(T) == typeof(ulong) ? ulong.TryParse(text, NumberStyles.Integer, Invariant, out var u) ? u : null
            : long.TryParse(text, NumberStyles.Integer, Invariant, out var n) && Fits<T>(n) ? Cast<long, T>(n) : null;
        value = parsed is T result ? result : default;
        return parsed is T;
    }

    private static bool IsText(Type type) => type == typeof(ReadOnlyMemory<char>);

    private static bool IsNumber(Type type) => type == typeof(bool) || RawKinds.TypeOrNull(type) is NumberDataViewType;

    private static string ToText<T>(T value) => value switch
    {
        bool b => b ? "True" : "False",
        float f => f.ToString("R", Invariant),
        double d => d.ToString("R", Invariant),
        DateTime date => date.ToString("o", Invariant),
        DateTimeOffset offset => offset.ToString("o", Invariant),
        IFormattable formattable => formattable.ToString(null, Invariant),
        _ => value.ToString(),
    };

    private static bool Fits<T>(long value) =>
        typeof(T) == typeof(sbyte) ? value is >= sbyte.MinValue and <= sbyte.MaxValue
        : typeof(T) == typeof(byte) ? value is >= byte.MinValue and <= byte.MaxValue
        : typeof(T) == typeof(short) ? value is >= short.MinValue and <= short.MaxValue
        : typeof(T) == typeof(ushort) ? value is >= ushort.MinValue and <= ushort.MaxValue
        : typeof(T) == typeof(int) ? value is >= int.MinValue and <= int.MaxValue
        : typeof(T) != typeof(uint) || value is >= uint.MinValue and <= uint.MaxValue;

    private static TOut Cast<TIn, TOut>(TIn value)
    {
        if (typeof(TOut) == typeof(bool))
            return (TOut)(object)(Convert.ToDouble(value, Invariant) is var number && number != 0 && !double.IsNaN(number));
        object source = value is bool b ? (b ? 1L : 0L) : value;
        return source switch
        {
            float f => FromDouble<TOut>(f),
            double d => FromDouble<TOut>(d),
            ulong u => typeof(TOut) == typeof(float) ? (TOut)(object)(float)u : typeof(TOut) == typeof(double) ? (TOut)(object)(double)u : FromInt64<TOut>((long)u),
            _ => FromInt64<TOut>(Convert.ToInt64(source, Invariant)),
        };
    }

    private static TOut FromDouble<TOut>(double value) =>
        typeof(TOut) == typeof(float) ? (TOut)(object)(float)value
        : typeof(TOut) == typeof(double) ? (TOut)(object)value
        : typeof(TOut) == typeof(ulong) ? (TOut)(object)(ulong)value
        : FromInt64<TOut>((long)value);

    private static TOut FromInt64<TOut>(long value) => (TOut)(
        typeof(TOut) == typeof(sbyte) ? (sbyte)value
        : typeof(TOut) == typeof(byte) ? (byte)value
        : typeof(TOut) == typeof(short) ? (short)value
        : typeof(TOut) == typeof(ushort) ? (ushort)value
        : typeof(TOut) == typeof(int) ? (int)value
        : typeof(TOut) == typeof(uint) ? (uint)value
        : typeof(TOut) == typeof(ulong) ? (ulong)value
        : typeof(TOut) == typeof(float) ? (float)value
        : typeof(TOut) == typeof(double) ? (double)value
        : (object)value);
}
