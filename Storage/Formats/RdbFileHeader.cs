namespace DragonflyFlow.Storage.Formats;

/// <summary>What an RDB file says about itself in the beginning.</summary>
/// <param name="RedisVersion">The version of Redis that the store is compatible with.</param>
/// <param name="CreatedSeconds">When the file was begun, Unix seconds.</param>
/// <param name="MemoryBytes">Bytes that the store used then.</param>
/// <param name="IsAofBase">Whether a log of commands follows on it.</param>
public sealed record RdbFileHeader(string RedisVersion, long CreatedSeconds, long MemoryBytes, bool IsAofBase = false);
