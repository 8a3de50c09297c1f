namespace DragonflyFlow.Storage.Table;

/// <summary>Another hash than <see cref="KeyHash"/>: tests aim keys at one bucket with it.</summary>
internal delegate ulong KeyHasher(ReadOnlySpan<byte> key);
