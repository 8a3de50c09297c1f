using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Rdb;

/// <summary>Records as an RDB file holds them; chunks of all shards stand in it one behind the other as they come.</summary>
internal sealed class RdbForm(bool compress) : ISnapshotForm
{
    /// <inheritdoc />
    public SnapshotChunk Begin(int shard) => new Chunk(shard, compress);

    /// <inheritdoc />
    public SnapshotPart Pack(SnapshotChunk chunk) => new(chunk, packed: null);

    private sealed class Chunk : SnapshotChunk
    {
        private readonly RdbFileWriter _writer;

        public Chunk(int shard, bool compress)
            : base(shard) => _writer = new RdbFileWriter(Buffer, compress);

        public override void Dispose()
        {
            _writer.Dispose();
            base.Dispose();
        }

        protected override bool TryEncode(Database content, int database, Slot slot) => _writer.TryRecord(content, database, slot);
    }
}
