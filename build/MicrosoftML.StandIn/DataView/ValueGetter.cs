namespace Microsoft.ML;

/// <summary>Fetches the value of one column at the row that a cursor stands on. Buffers in <paramref name="value"/> are reused.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);
