namespace Microsoft.ML.Data;

/// <summary>Puts a user's value into a column's buffer.</summary>
internal delegate void ToColumn<TUser, TRaw>(TUser value, ref TRaw destination);
