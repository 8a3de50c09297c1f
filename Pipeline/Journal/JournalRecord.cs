using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>One change of a shard, as its consumers are given it: good until they return.</summary>
internal readonly ref struct JournalRecord(ChangeHeader header, ArgView words, ReadOnlySpan<byte> frame)
{
    /// <summary>LSN, transaction, database, slot.</summary>
    public ChangeHeader Header { get; } = header;

    /// <summary>
    /// The effect to replay, as the words of a command; none for a shard that took part in a transaction and was not changed by it. Replayed on equal data
    /// a client that is a replay (ClientContext.IsReplay) does the same by it whenever it is run.
    /// </summary>
    public ArgView Words { get; } = words;

    /// <summary>Header and words as a <see cref="ChangeFrame"/>.</summary>
    public ReadOnlySpan<byte> Frame { get; } = frame;
}
