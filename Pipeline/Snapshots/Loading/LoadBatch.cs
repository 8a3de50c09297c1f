// Owner: the reader while it is filled, then the block of its shard, then the shard while it runs.

using System.Buffers.Binary;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>Records on their way into one shard, values not decoded yet: that is done by the shard itself, in one step for each batch.</summary>
internal sealed class LoadBatch(string file) : ShardMessage, IDisposable
{
    /// <summary>Bytes at which a batch is full: about a millisecond of a shard's time.</summary>
    public const int BytesFull = 128 * 1024;

    private const int HeaderBytes = sizeof(int) + sizeof(long) + sizeof(int) + sizeof(int) + 1;

    private readonly SnapshotBuffer _records = new();
    private readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes in it.</summary>
    public int Length => _records.Length;

    /// <summary>Keys that were added.</summary>
    public int Added { get; private set; }

    /// <summary>Keys that had expired and were left out.</summary>
    public int Expired { get; private set; }

    /// <summary>Adds a record.</summary>
    public void Add(SnapshotRecord record)
    {
        Span<byte> into = _records.GetSpan(HeaderBytes + record.Key.Length + record.PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(into, record.Database);
        BinaryPrimitives.WriteInt64LittleEndian(into[4..], record.ExpireAtMs);
        BinaryPrimitives.WriteInt32LittleEndian(into[12..], record.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(into[16..], record.PayloadLength);
        into[20] = (byte)record.Marks;
        record.Key.CopyTo(into[HeaderBytes..]);
        record.CopyPayloadTo(into[(HeaderBytes + record.Key.Length)..]);
        _records.Advance(HeaderBytes + record.Key.Length + record.PayloadLength);
    }

    /// <summary>Has the shard store the records; null when it has, else why it could not.</summary>
    public Task<string?> StoreAsync(ShardBlock shard)
    {
        if (!shard.Post(this))
            return Task.FromResult<string?>("the shard takes no more work");
        Resumptions.Flush();
        return _ended.Task;
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose() => _records.Dispose();

    internal override bool Run(ShardBlock shard)
    {
        using RdbScratch scratch = new();
        string? error = null;
        ReadOnlySpan<byte> rest = _records.WrittenSpan;
        while (!rest.IsEmpty && error is null)
        {
            int database = BinaryPrimitives.ReadInt32LittleEndian(rest);
            long expireAtMs = BinaryPrimitives.ReadInt64LittleEndian(rest[4..]);
            int keyLength = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            int payloadLength = BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
            RecordMarks marks = (RecordMarks)rest[20];
            ReadOnlySpan<byte> key = rest.Slice(HeaderBytes, keyLength);
            error = Store(shard.Keyspace, scratch, database, expireAtMs, marks, key, rest.Slice(HeaderBytes + keyLength, payloadLength));
            rest = rest[(HeaderBytes + keyLength + payloadLength)..];
        }

        _ended.TrySetResult(error);
        return true;
    }

    internal override void Refuse(Exception reason) => _ended.TrySetResult(reason.Message);

    private string? Store(Keyspace keyspace, RdbScratch scratch, int number, long expireAtMs, RecordMarks marks, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        if (number >= keyspace.DatabaseCount)
            return $"{file}: it has keys in database {number}, this store has {keyspace.DatabaseCount} (dbnum)";
        Database database = keyspace[number];
        ulong hash = KeyHash.Of(key);
        if ((marks & (RecordMarks.Again | RecordMarks.Gone)) != 0 && database.Delete(key, hash))
            Added--;
        if ((marks & RecordMarks.Gone) != 0)
            return null;
        if (expireAtMs != 0 && expireAtMs < keyspace.NowMs)
        {
            Expired++;
            return null;
        }

        if (database.Find(key, hash, out _))
            return $"{file}: key '{Shown(key)}' comes twice, or is in the store already";
        if (!DumpPayload.TryRead(payload, scratch, keyspace, out DecodedValue value))
            return $"{file}: the value of key '{Shown(key)}' is damaged or of a type that is not known ({payload[0]})";
        value.Store(database, key, hash, expireAtMs);
        if ((marks & RecordMarks.Sticky) != 0 && database.Table.TryFind(key, hash, out Slot slot))
            database.Table.SetSticky(slot, true);
        Added++;
        return null;
    }

    private static string Shown(ReadOnlySpan<byte> key) => System.Text.Encoding.Latin1.GetString(key[..Math.Min(key.Length, 64)]);
}
