// Owner: the shard whose streamer uses it.

using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// How far the walk is in a bucket whose big values go in parts: which are done, which is under way and how much of it has gone. By key, since the order in a bucket is no identity:
/// where keys may be evicted, reading one moves it up (its place is its rank), and no observer is told, for nothing that the bucket holds changes.
/// </summary>
internal sealed class BucketParts
{
    private readonly List<byte[]> _done = [];
    private BucketRef _bucket;
    private byte[]? _current;
    private ValuePlace _place;

    /// <summary>How much of the value under way has gone.</summary>
    public ref ValuePlace Place => ref _place;

    /// <summary>Whether values of this bucket have gone in parts, and not all of it has gone.</summary>
    public bool IsIn(BucketRef bucket) => bucket == _bucket;

    /// <summary>Goes on in a bucket, or begins it.</summary>
    public void Enter(BucketRef bucket)
    {
        if (bucket == _bucket)
            return;
        _bucket = bucket;
        _done.Clear();
        _current = null;
        _place = default;
    }

    /// <summary>All of a bucket has gone.</summary>
    public void Leave(BucketRef bucket)
    {
        if (IsIn(bucket))
            Enter(default);
    }

    /// <summary>Whether a value of the bucket has gone as a whole.</summary>
    public bool IsDone(ReadOnlySpan<byte> key)
    {
        foreach (byte[] done in _done)
        {
            if (key.SequenceEqual(done))
                return true;
        }

        return false;
    }

    /// <summary>Whether a value is the one under way; it becomes so if there is none.</summary>
    public bool IsUnderWay(ReadOnlySpan<byte> key)
    {
        _current ??= key.ToArray();
        return key.SequenceEqual(_current);
    }

    /// <summary>The value under way has gone as a whole.</summary>
    public void Done()
    {
        _done.Add(_current!);
        _current = null;
        _place = default;
    }
}
