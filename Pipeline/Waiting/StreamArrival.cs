// Asked by the shard of the key, inside its step.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>
/// Waits for entries of streams behind ids (XREAD), or behind what a group has read (XREADGROUP). The latter is met too when the stream or its group is gone,
/// so that its client hears of it instead of waiting for what cannot come.
/// </summary>
/// <param name="firstKey">The argument that is the first key; ids follow behind the keys.</param>
/// <param name="group">The argument that is the group's name; 0 = none.</param>
/// <param name="ids">What entries have to be behind, a stream each: "$" meant the last id at the time it was read.</param>
internal sealed class StreamArrival(int firstKey, int group, StreamId[] ids) : WaitCondition
{
    private readonly byte[][] _texts = Array.ConvertAll(ids, static id => id.WriteText(stackalloc byte[StreamId.TextBytesMax]).ToArray());

    /// <inheritdoc />
    public override bool IsMet(Database home, BlockedCommand command, ReadOnlySpan<byte> key)
    {
        bool isStream = home.Find(key, KeyHash.Of(key), out Slot slot) && home.Table.Kind(slot) == ValueKind.Stream;
        StreamValue? stream = isStream ? home.Object<StreamValue>(slot) : null;
        if (group == 0)
            return stream is not null && stream.LastLiveId > ids[command.IndexOf(key) - firstKey];
        return stream?.Groups.Find(command.Argument(group)) is not { } waitedFor || stream.LastLiveId > waitedFor.LastId;
    }

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Kept(int argument, ReadOnlySpan<byte> given)
        => given.SequenceEqual("$"u8) && argument >= firstKey + ids.Length ? _texts[argument - firstKey - ids.Length] : given;
}
