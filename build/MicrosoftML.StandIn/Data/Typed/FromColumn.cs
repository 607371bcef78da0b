namespace Microsoft.ML.Data;

/// <summary>Makes a user's value of a column's; <paramref name="old"/> may be used again.</summary>
internal delegate TUser FromColumn<TRaw, TUser>(in TRaw value, TUser old);
