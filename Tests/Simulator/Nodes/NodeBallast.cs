using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>Keys of every type that nobody changes: each is in the end where its slot is, as it was.</summary>
internal sealed class NodeBallast(SimCluster cluster, SimRandom random)
{
    private const int ElementsMax = 12;

    private readonly SortedDictionary<string, string> _digests = new(StringComparer.Ordinal);

    /// <summary>Gives each node some, before anybody is served.</summary>
    public async Task PrepareAsync(int keys)
    {
        for (int i = 0; i < keys; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"ballast:{i}");
            await cluster.OwnerOf(NodeImage.SlotOf(key)).AskAsync(Command(key));
        }

        foreach (SimNode node in cluster.Nodes)
        {
            foreach ((string key, HeldKey held) in (await NodeImage.ReadAsync(node.Process.Engine))!.Keys)
                _digests.Add(key, held.Digest);
        }
    }

    /// <summary>Those in these slots may be gone (FLUSHALL).</summary>
    public void Forget(SlotSet slots)
    {
        foreach (string key in _digests.Keys.Where(key => slots.Contains(NodeImage.SlotOf(key))).ToArray())
            _digests.Remove(key);
    }

    /// <summary>Holds what an owner of slots has in the end against what there was.</summary>
    public void Judge(Oracle oracle, SlotSet owned, NodeImage image)
    {
        foreach ((string key, string digest) in _digests.Where(entry => owned.Contains(NodeImage.SlotOf(entry.Key))))
        {
            HeldKey? held = image.Keys.GetValueOrDefault(key);
            oracle.Require(held is not null, Wrong.Lost, $"{key} in slot {NodeImage.SlotOf(key)} is gone");
            oracle.Require(held is null || held.Digest == digest, Wrong.Torn, $"{key} is {held?.Digest} and was {digest}");
        }
    }

    private string[] Command(string key) => random.Below(7) switch
    {
        0 => ["RPUSH", key, .. Elements()],
        1 => ["SADD", key, .. Elements()],
        2 => ["HSET", key, .. Elements().SelectMany(element => new[] { element, Value() })],
        3 => ["ZADD", key, .. Elements().SelectMany((element, at) => new[] { at.ToString(CultureInfo.InvariantCulture), element })],
        4 => ["SET", key, Value(), "EX", "100000"],
        _ => ["SET", key, Value()],
    };

    private string[] Elements() => [.. Enumerable.Range(0, random.Between(1, ElementsMax)).Select(at => string.Create(CultureInfo.InvariantCulture, $"e{at}"))];

    private string Value() => new((char)('a' + random.Below(26)), random.Pick([1, 8, 60, 200]));
}
