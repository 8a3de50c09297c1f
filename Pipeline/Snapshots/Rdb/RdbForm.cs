// Any thread: what finishes drafts is taken from a bag and put back.

using System.Collections.Concurrent;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Rdb;

/// <summary>
/// Records as an RDB file holds them; chunks of all shards stand in it one behind the other as they come. In its step a shard leaves a draft, which becomes RDB,
/// compressed where that helps, when the chunk is packed.
/// </summary>
internal sealed class RdbForm(bool compress) : ISnapshotForm
{
    private readonly ConcurrentBag<RdbFinisher> _finishers = [];

    /// <inheritdoc />
    public bool MayRepeat => false;

    // What a chunk has before it in its file.
    private static ReadOnlySpan<byte> Header => "REDIS0010"u8;

    /// <inheritdoc />
    public SnapshotChunk Begin(int shard, int bytes = SnapshotChunk.BytesUsual) => new Chunk(shard, bytes, compress);

    /// <inheritdoc />
    public SnapshotPart Pack(SnapshotChunk chunk)
    {
        if (!_finishers.TryTake(out RdbFinisher? finisher))
            finisher = new RdbFinisher();
        SnapshotBuffer packed = finisher.Finish(chunk.Bytes.Span, ((Chunk)chunk).Strings, compress);
        _finishers.Add(finisher);
        return new SnapshotPart(chunk, packed);
    }

    /// <inheritdoc />
    public void Read(SnapshotPart part, RecordTaker take)
    {
        using RdbFileReader reader = new();
        reader.Read(Header, isLast: false, out _, out _);
        ReadOnlySpan<byte> rest = part.FileBytes.Span;
        while (!rest.IsEmpty)
        {
            if (reader.Read(rest, isLast: true, out int used, out RdbFileItem item) != SnapshotReadStatus.Item)
                throw new InvalidDataException($"A chunk cannot be read again: {reader.Problem}");
            if (item.Kind == RdbItemKind.Record)
                take(item.Record);
            rest = rest[used..];
        }
    }

    private sealed class Chunk : SnapshotChunk
    {
        private readonly RdbDraft _draft;

        public Chunk(int shard, int bytes, bool compress)
            : base(shard, bytes)
        {
            Strings = compress ? new StringMarks(Buffer) : null;
            _draft = new RdbDraft(Buffer, Strings);
        }

        /// <summary>Strings of finished records that may get smaller.</summary>
        public StringMarks? Strings { get; }

        public override void Dispose()
        {
            _draft.Dispose();
            base.Dispose();
        }

        protected override bool TryEncode(Database content, int database, Slot slot) => _draft.TryAdd(content, database, slot);

        protected override IEnumerable<bool> Steps(BigValue value) => _draft.Pieces(value);
    }
}
