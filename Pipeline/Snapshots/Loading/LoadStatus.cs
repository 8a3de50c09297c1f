// Any thread: counts are added by the readers and read by INFO.

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>How far a load is. While there is one, commands that need data are answered -LOADING.</summary>
public sealed class LoadStatus
{
    private long _bytesRead;
    private long _keys;
    private long _expired;

    internal LoadStatus(string file, long bytes, long startedMs)
    {
        File = file;
        Bytes = bytes;
        StartedMs = startedMs;
    }

    /// <summary>What is loaded.</summary>
    public string File { get; }

    /// <summary>Bytes of all its files.</summary>
    public long Bytes { get; }

    /// <summary>Unix milliseconds of its begin.</summary>
    public long StartedMs { get; }

    /// <summary>Bytes read so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Keys stored so far.</summary>
    public long Keys => Interlocked.Read(ref _keys);

    /// <summary>Keys left out because they had expired.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    internal void AddRead(long bytes) => Interlocked.Add(ref _bytesRead, bytes);

    internal void AddKeys(int added, int expired)
    {
        Interlocked.Add(ref _keys, added);
        Interlocked.Add(ref _expired, expired);
    }
}
