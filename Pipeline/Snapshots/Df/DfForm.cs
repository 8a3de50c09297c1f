using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>Records as MessagePack; a chunk becomes one block of its shard's file, compressed outside the shard.</summary>
internal sealed class DfForm(DfCompression compression) : ISnapshotForm
{
    /// <inheritdoc />
    public bool MayRepeat => true;

    /// <inheritdoc />
    public SnapshotChunk Begin(int shard, int bytes = SnapshotChunk.BytesUsual) => new Chunk(shard, bytes);

    /// <inheritdoc />
    public SnapshotPart Pack(SnapshotChunk chunk)
    {
        SnapshotBuffer packed = new();
        DfBlock.Write(packed, chunk.Bytes.Span, chunk.Records, compression);
        return new SnapshotPart(chunk, packed);
    }

    /// <inheritdoc />
    public void Read(SnapshotPart part, RecordTaker take)
    {
        DfRecordReader reader = new(part.Records);
        while (reader.TryRead(out SnapshotRecord record))
            take(record);
        if (reader.IsDamaged)
            throw new InvalidDataException("A chunk cannot be read again.");
    }

    private sealed class Chunk : SnapshotChunk
    {
        private readonly DfRecordWriter _writer;

        public Chunk(int shard, int bytes)
            : base(shard, bytes) => _writer = new DfRecordWriter(Buffer);

        public override void Dispose()
        {
            _writer.Dispose();
            base.Dispose();
        }

        protected override int EncodeShort(Database content, int database, ref BucketSlots left, long aliveAtMs) => _writer.WriteShortStrings(content, database, ref left);

        protected override bool TryEncode(Database content, int database, Slot slot) => _writer.TryRecord(content, database, slot);

        protected override IEnumerable<bool> Steps(BigValue value) => _writer.Pieces(value);

        protected override bool TryEncodeAgain(Database content, int database, Slot slot) => _writer.TryRecord(content, database, slot, RecordMarks.Again);

        protected override bool TryEncodeGone(int database, ReadOnlySpan<byte> key)
        {
            _writer.Gone(database, key);
            return true;
        }
    }
}
