// Owner: the shard.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Modes;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// Writes the records of one shard into chunks and sends those that are full. Big values are put aside and written in pieces; a very big one gathers in a chunk of
/// its own meanwhile, which joins the others when it is whole: in an RDB file nothing may stand between its pieces.
/// </summary>
internal sealed class ChunkWriter
{
    // From here on a big value has a chunk of its own.
    private const int BytesApart = 64 * 1024;

    private readonly ShardBlock _shard;
    private readonly ISnapshotForm _form;
    private readonly BigValues _aside;
    private readonly Action<SnapshotChunk> _send;
    private readonly Action<string> _fail;
    private SnapshotChunk? _chunk;
    private BigValue? _begun;
    private SnapshotChunk? _chunkOfBegun;

    public ChunkWriter(ShardBlock shard, ISnapshotForm form, Action<SnapshotChunk> send, Action<string> fail)
    {
        _shard = shard;
        _form = form;
        _send = send;
        _fail = fail;
        _aside = new BigValues(shard.Keyspace, WriteBig);
    }

    /// <summary>Records written so far.</summary>
    public long Records { get; private set; }

    /// <summary>Whether big values wait to be written.</summary>
    public bool HasAside => !_aside.IsEmpty;

    /// <summary>Writes those of a bucket's records for which the form has a short way, and leaves them out of what is left; none that expires before a moment (Unix milliseconds).</summary>
    public void WriteShort(Database content, int database, ref BucketSlots left, long aliveAtMs) => Wrote(Chunk().WriteShort(content, database, ref left, aliveAtMs));

    /// <summary>Writes a record, or puts it aside.</summary>
    public void Write(Database content, int database, Slot slot)
    {
        if (BigValue.Of(content, database, slot) is { } big)
            _aside.Add(big);
        else if (Chunk().TryWrite(content, database, slot))
            Wrote(1);
        else
            _fail($"A value of database {database} has no form in this file: {content.Table.Kind(slot)}.");
    }

    /// <summary>Writes a key that has changed as it is now, or that it is gone.</summary>
    public void WriteAgain(ChangedKey key)
    {
        Database database = _shard.Keyspace[key.Database];
        bool isThere = database.Table.TryFind(key.Name, KeyHash.Of(key.Name), out Slot slot) && !database.IsDue(slot);
        if (isThere ? Chunk().TryWriteAgain(database, key.Database, slot) : Chunk().TryWriteGone(key.Database, key.Name))
            Wrote(1);
        else
            _fail($"A value of database {key.Database} cannot be written again.");
    }

    /// <summary>Writes a piece of the oldest value that was put aside.</summary>
    public void WriteAside() => _aside.WritePiece();

    /// <summary>Sends what has been written, full or not.</summary>
    public void SendRest()
    {
        if (_chunk is { Records: > 0 } chunk)
            _send(chunk);
        else
            _chunk?.Dispose();
        _chunk = null;
    }

    /// <summary>Gives up what was not sent. Idempotent.</summary>
    public void End()
    {
        _aside.Clear();
        _chunk?.Dispose();
        _chunkOfBegun?.Dispose();
        (_chunk, _begun, _chunkOfBegun) = (null, null, null);
    }

    // At least so many bytes of it. One that is not very big stands among other records, and is written whole.
    private void WriteBig(BigValue value, int bytes)
    {
        bool isApart = value.FileBytesMax >= BytesApart;
        SnapshotChunk chunk = isApart ? ChunkOf(value) : Chunk();
        try
        {
            if (!isApart)
                chunk.Begin(value);
            if (!chunk.GoOn(isApart ? bytes : int.MaxValue))
                return;
        }
        catch (SnapshotBufferFullException)
        {
            _fail($"A value of database {value.Number} is too big for a snapshot.");
            return;
        }

        _aside.Written(value);
        if (ReferenceEquals(_begun, value))
            (_begun, _chunkOfBegun) = (null, null);
        if (isApart)
            _send(chunk);
        Wrote(1);
    }

    private SnapshotChunk Chunk() => _chunk ??= _form.Begin(_shard.Index);

    private SnapshotChunk ChunkOf(BigValue value)
    {
        if (ReferenceEquals(_begun, value))
            return _chunkOfBegun!;
        SnapshotChunk chunk = _form.Begin(_shard.Index, value.FileBytesMax);
        chunk.Begin(value);
        // One that changes while another is under way is written at once, beside it.
        if (_begun is null)
            (_begun, _chunkOfBegun) = (value, chunk);
        return chunk;
    }

    private void Wrote(int records)
    {
        Records += records;
        if (_chunk is { Length: >= SnapshotChunk.BytesFull })
            SendRest();
    }
}
