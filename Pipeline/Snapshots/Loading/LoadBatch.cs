// Owner: the reader while it is filled, then the block of its shard, then the shard while it runs.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>Records on their way into one shard, values not decoded yet: that is done by the shard itself, in one step for each batch.</summary>
internal sealed class LoadBatch(string file) : ShardMessage, IDisposable
{
    /// <summary>Bytes at which a batch is full: about a millisecond of a shard's time.</summary>
    public const int BytesFull = 128 * 1024;

    // For the record that makes it full.
    private const int BytesBeyond = 8 * 1024;

    // Records whose buckets are fetched together.
    private const int Group = 16;

    private readonly SnapshotBuffer _records = new(bytesFirst: BytesFull + BytesBeyond);
    private readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes in it.</summary>
    public int Length => _records.Length;

    /// <summary>Keys that were added.</summary>
    public int Added { get; private set; }

    /// <summary>Keys that had expired and were left out.</summary>
    public int Expired { get; private set; }

    /// <summary>Adds a record with the hash of its key.</summary>
    public void Add(SnapshotRecord record, ulong hash)
    {
        Header header = new(hash, record.ExpireAtMs, record.Database, record.Key.Length, record.PayloadLength, record.Marks);
        Span<byte> into = _records.GetSpan(header.RecordBytes);
        MemoryMarshal.Write(into, header);
        record.Key.CopyTo(into[Header.Bytes..]);
        record.CopyPayloadTo(into[(Header.Bytes + record.Key.Length)..]);
        _records.Advance(header.RecordBytes);
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
        Arena arena = shard.Keyspace.Arena;
        arena.IsBeingFilled = true;
        try
        {
            _ended.TrySetResult(StoreAll(shard.Keyspace));
        }
        finally
        {
            arena.IsBeingFilled = false;
        }

        return true;
    }

    internal override void Refuse(Exception reason) => _ended.TrySetResult(reason.Message);

    private string? StoreAll(Keyspace keyspace)
    {
        using RdbScratch scratch = new();
        string? error = null;
        ReadOnlySpan<byte> rest = _records.WrittenSpan;
        while (!rest.IsEmpty && error is null)
        {
            Prefetch(keyspace, rest);
            for (int i = 0; i < Group && !rest.IsEmpty && error is null; i++)
            {
                Header header = MemoryMarshal.Read<Header>(rest);
                ReadOnlySpan<byte> record = rest.Slice(Header.Bytes, header.KeyLength + header.PayloadLength);
                error = Store(keyspace, scratch, header, record[..header.KeyLength], record[header.KeyLength..]);
                rest = rest[header.RecordBytes..];
            }
        }

        return error;
    }

    private static void Prefetch(Keyspace keyspace, ReadOnlySpan<byte> records)
    {
        for (int i = 0; i < Group && !records.IsEmpty; i++)
        {
            Header header = MemoryMarshal.Read<Header>(records);
            if (header.Database < keyspace.DatabaseCount)
                keyspace[header.Database].Table.PrefetchBucket(header.Hash);
            records = records[header.RecordBytes..];
        }
    }

    private string? Store(Keyspace keyspace, RdbScratch scratch, in Header header, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        if (header.Database >= keyspace.DatabaseCount)
            return $"{file}: it has keys in database {header.Database}, this store has {keyspace.DatabaseCount} (dbnum)";
        Database database = keyspace[header.Database];
        if ((header.Marks & (RecordMarks.Again | RecordMarks.Gone)) != 0 && database.Delete(key, header.Hash))
            Added--;
        if ((header.Marks & RecordMarks.Gone) != 0)
            return null;
        if (header.ExpireAtMs != 0 && header.ExpireAtMs < keyspace.NowMs)
        {
            Expired++;
            return null;
        }

        if (database.Find(key, header.Hash, out _))
            return $"{file}: key '{Shown(key)}' comes twice, or is in the store already";
        if (!DumpPayload.TryRead(payload, scratch, keyspace, out DecodedValue value))
            return $"{file}: the value of key '{Shown(key)}' is damaged or of a type that is not known ({payload[0]})";
        value.Store(database, key, header.Hash, header.ExpireAtMs);
        if ((header.Marks & RecordMarks.Sticky) != 0 && database.Table.TryFind(key, header.Hash, out Slot slot))
            database.Table.SetSticky(slot, true);
        Added++;
        return null;
    }

    private static string Shown(ReadOnlySpan<byte> key) => System.Text.Encoding.Latin1.GetString(key[..Math.Min(key.Length, 64)]);

    /// <summary>What stands before key and payload.</summary>
    private readonly record struct Header(ulong Hash, long ExpireAtMs, int Database, int KeyLength, int PayloadLength, RecordMarks Marks)
    {
        public static int Bytes => Unsafe.SizeOf<Header>();

        public int RecordBytes => Bytes + KeyLength + PayloadLength;
    }
}
