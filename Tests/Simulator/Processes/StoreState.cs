using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>All that a store holds at one moment, of every type and in every database: each key with its expiry and the digest of its value.</summary>
internal sealed class StoreState
{
    private readonly SortedDictionary<string, (long ExpireAtMs, string Digest)> _keys = new(StringComparer.Ordinal);
    private readonly SlotSet? _slots;

    private StoreState(SlotSet? slots) => _slots = slots;

    /// <summary>Reads it, from inside a step that holds all shards. Of a node of a cluster it is what is in the node's own slots, which is what a snapshot has (decision 46).</summary>
    public static StoreState Read(StoreEngine engine)
    {
        StoreState state = new(engine.Cluster is { IsReal: true, View: { Config: not null } view } ? view.Held : null);
        foreach (Keyspace keyspace in engine.Shards.Select(shard => shard.Keyspace))
        {
            for (int number = 0; number < keyspace.DatabaseCount; number++)
                state.Add(keyspace[number], number);
        }

        return state;
    }

    /// <summary>How many keys there are.</summary>
    public int Count => _keys.Count;

    /// <summary>What two states differ in, those keys left out that may have expired by <paramref name="nowMs"/>; null if in nothing.</summary>
    public string? DifferenceFrom(StoreState other, long nowMs)
    {
        string[] mine = Lasting(nowMs);
        string[] others = other.Lasting(nowMs);
        return mine.AsSpan().SequenceEqual(others)
            ? null
            : $"{mine.Length} keys and {others.Length}: {string.Join("; ", mine.Except(others).Take(2))} against {string.Join("; ", others.Except(mine).Take(2))}";
    }

    private string[] Lasting(long nowMs) =>
    [
        .. _keys.Where(key => key.Value.ExpireAtMs == 0 || key.Value.ExpireAtMs > nowMs)
            .Select(key => string.Create(CultureInfo.InvariantCulture, $"{key.Key} {key.Value.ExpireAtMs} {key.Value.Digest}")),
    ];

    private void Add(Database database, int number)
    {
        Span<byte> digest = stackalloc byte[ValueDigest.Bytes];
        WalkCursor cursor = default;
        while (database.Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in database.Table.SlotsOf(bucket))
            {
                if (database.IsDue(slot) || _slots?.Contains(KeySlot.Of(database.Table.Key(slot))) is false)
                    continue;
                digest.Clear();
                ValueDigest.AddValue(digest, database, slot);
                string key = string.Create(CultureInfo.InvariantCulture, $"{number}:{Encoding.Latin1.GetString(database.Table.Key(slot))}");
                _keys.Add(key, (database.Table.ExpireAtMs(slot), Convert.ToHexString(digest)));
            }
        }
    }
}
