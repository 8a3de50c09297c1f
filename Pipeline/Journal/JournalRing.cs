// Owner: the shard; it is written and read in its steps.

using System.Numerics;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>
/// The last changes of a shard, for consumers that come back and go on where they were: bounded by bytes and by age, oldest first out. It grows by need up to
/// its bound and allocates nothing after that.
/// </summary>
internal sealed class JournalRing : IJournalConsumer
{
    /// <summary>The largest bound, in bytes.</summary>
    public const long BytesLimit = 1L << 30;

    private readonly ShardBlock _shard;
    private readonly long _bytesMax;
    private readonly long _ageTicksMax;
    private byte[] _bytes = new byte[4096];
    private Entry[] _entries = new Entry[64];

    // Places in the run of all bytes that ever came, of which the array holds the last.
    private long _start;
    private long _end;

    public JournalRing(ShardBlock shard, long bytesMax, TimeSpan ageMax, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytesMax, BytesLimit);
        _shard = shard;
        _bytesMax = bytesMax;
        _ageTicksMax = (long)(ageMax.TotalSeconds * time.TimestampFrequency);
    }

    /// <inheritdoc />
    public string Name => "ring";

    /// <inheritdoc />
    public bool HasRoom => true;

    /// <summary>The oldest change that is there; <see cref="NextLsn"/> if there is none.</summary>
    public long FirstLsn { get; private set; }

    /// <summary>The number of the change that will come next.</summary>
    public long NextLsn { get; private set; }

    /// <summary>Bytes of the changes that are there.</summary>
    public long Bytes => _end - _start;

    /// <inheritdoc />
    public void Take(in JournalRecord record)
    {
        if (FirstLsn == NextLsn)
            FirstLsn = NextLsn = record.Header.Lsn;
        DropOld();
        ReadOnlySpan<byte> frame = record.Frame;
        while (FirstLsn < NextLsn && Bytes + frame.Length > _bytesMax)
            DropFirst();
        // A change that is longer than the ring leaves it empty: whoever needs it starts anew.
        if (frame.Length <= _bytesMax)
            Append(frame);
        else
            FirstLsn = NextLsn + 1;
        NextLsn++;
    }

    /// <summary>Gives up what is older than the bound; done at each change too.</summary>
    public void DropOld()
    {
        while (FirstLsn < NextLsn && _shard.RunStarted - EntryOf(FirstLsn).At > _ageTicksMax)
            DropFirst();
    }

    /// <summary>
    /// Appends the frames from a change on, up to <paramref name="bytesMax"/> bytes but one at least if there is any; <paramref name="next"/> is where to go on.
    /// False if that change is not there any more, or has never been.
    /// </summary>
    public bool TryRead(long lsn, FrameBuffer into, int bytesMax, out long next)
    {
        next = lsn;
        if (lsn < FirstLsn || lsn > NextLsn)
            return false;
        int start = into.Length;
        for (; next < NextLsn && (next == lsn || into.Length - start + LengthOf(next) <= bytesMax); next++)
            CopyOut(EntryOf(next).Position, into.GetSpan(LengthOf(next))[..LengthOf(next)], into);
        return true;
    }

    /// <inheritdoc />
    public void Fault(Exception reason)
    {
        // It takes what it is given and always has room.
        throw new InvalidOperationException("The ring of a journal has failed.", reason);
    }

    private void Append(ReadOnlySpan<byte> frame)
    {
        if (Bytes + frame.Length > _bytes.Length)
            GrowBytes(frame.Length);
        if (NextLsn - FirstLsn == _entries.Length)
            GrowEntries();
        EntryOf(NextLsn) = new Entry(_end, _shard.RunStarted);
        int at = (int)(_end & (_bytes.Length - 1));
        int first = Math.Min(frame.Length, _bytes.Length - at);
        frame[..first].CopyTo(_bytes.AsSpan(at));
        frame[first..].CopyTo(_bytes);
        _end += frame.Length;
    }

    private void CopyOut(long position, Span<byte> to, FrameBuffer into)
    {
        int at = (int)(position & (_bytes.Length - 1));
        int first = Math.Min(to.Length, _bytes.Length - at);
        _bytes.AsSpan(at, first).CopyTo(to);
        _bytes.AsSpan(0, to.Length - first).CopyTo(to[first..]);
        into.Advance(to.Length);
    }

    private void DropFirst()
    {
        _start += LengthOf(FirstLsn);
        FirstLsn++;
    }

    private ref Entry EntryOf(long lsn) => ref _entries[lsn & (_entries.Length - 1)];

    private int LengthOf(long lsn) => (int)((lsn + 1 < NextLsn ? EntryOf(lsn + 1).Position : _end) - EntryOf(lsn).Position);

    private void GrowBytes(int more)
    {
        byte[] grown = new byte[BitOperations.RoundUpToPowerOf2((ulong)(Bytes + more))];
        for (long position = _start; position < _end;)
        {
            int from = (int)(position & (_bytes.Length - 1));
            int to = (int)(position & (grown.Length - 1));
            int count = (int)Math.Min(_end - position, Math.Min(_bytes.Length - from, grown.Length - to));
            _bytes.AsSpan(from, count).CopyTo(grown.AsSpan(to));
            position += count;
        }

        _bytes = grown;
    }

    private void GrowEntries()
    {
        Entry[] grown = new Entry[_entries.Length * 2];
        for (long lsn = FirstLsn; lsn < NextLsn; lsn++)
            grown[lsn & (grown.Length - 1)] = EntryOf(lsn);
        _entries = grown;
    }

    private readonly record struct Entry(long Position, long At);
}
