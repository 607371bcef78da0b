namespace FriendAccess;

/// <summary>A reference copy cannot be made; the message says of which file and why.</summary>
internal sealed class FriendAccessException(string message, Exception? innerException = null) : Exception(message, innerException);
