// Any thread: what compresses is taken from a bag and put back.

using System.Collections.Concurrent;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots.Rdb;

/// <summary>
/// Records as an RDB file holds them; chunks of all shards stand in it one behind the other as they come. A shard writes them as they will be, in its step; only
/// strings that are long enough are compressed when the chunk is packed.
/// </summary>
internal sealed class RdbForm(bool compress) : ISnapshotForm
{
    private readonly ConcurrentBag<RdbCompressor> _compressors = [];

    /// <inheritdoc />
    public bool MayRepeat => false;

    // What a chunk has before it in its file.
    private static ReadOnlySpan<byte> Header => "REDIS0010"u8;

    /// <inheritdoc />
    public SnapshotChunk Begin(int shard, int bytes = SnapshotChunk.BytesUsual) => new Chunk(shard, bytes, compress);

    /// <inheritdoc />
    public SnapshotPart Pack(SnapshotChunk chunk)
    {
        if (((Chunk)chunk).Strings is not { IsEmpty: false } strings)
            return new SnapshotPart(chunk, packed: null);
        if (!_compressors.TryTake(out RdbCompressor? compressor))
            compressor = new RdbCompressor();
        SnapshotBuffer? packed = compressor.Compress(chunk.Bytes.Span, strings);
        _compressors.Add(compressor);
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
        private readonly RdbFileWriter _writer;

        public Chunk(int shard, int bytes, bool compress)
            : base(shard, bytes)
        {
            Strings = compress ? new StringMarks(Buffer) : null;
            _writer = new RdbFileWriter(Buffer, Strings);
        }

        /// <summary>Strings that may get smaller.</summary>
        public StringMarks? Strings { get; }

        public override void Dispose()
        {
            _writer.Dispose();
            Strings?.Dispose();
            base.Dispose();
        }

        protected override int EncodeShort(Database content, int database, ref BucketSlots left, long aliveAtMs)
            => _writer.WriteStrings(content, database, ref left, aliveAtMs);

        protected override bool TryEncode(Database content, int database, Slot slot) => _writer.TryRecord(content, database, slot);

        protected override IEnumerable<bool> Steps(BigValue value) => _writer.Pieces(value);
    }
}
