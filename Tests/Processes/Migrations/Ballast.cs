using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>Keys in all slots that nobody writes to, so that a migration has something to move: each holds what it was made with, or was lost with its node.</summary>
internal sealed class Ballast(ProcessCluster cluster)
{
    private const int Keys = 3000;
    private const int ValueBytes = 1000;

    // By number: where each is, and whether it is there.
    private readonly bool[] _exists = new bool[Keys];
    private readonly int[] _slots = [.. Enumerable.Range(0, Keys).Select(i => ClusterTexts.SlotOf(Name(i)))];

    /// <summary>Keys that there are.</summary>
    public int Count => _exists.Count(exists => exists);

    /// <summary>About how many bytes those of some slots take on their way.</summary>
    public long BytesIn(SlotSet slots) => (long)CountIn(slots) * (ValueBytes + 30);

    /// <summary>Makes those that are not there.</summary>
    public async Task FillAsync()
    {
        RespValue[] replies = await AskAsync(i => !_exists[i], i => ["SET", Name(i), Value(i)]);
        foreach (RespValue reply in replies)
            Assert.AreEqual("OK", reply.IsNull ? "none" : reply.Text);
        Array.Fill(_exists, true);
    }

    /// <summary>Those of some slots are gone.</summary>
    public void Lost(SlotSet slots)
    {
        for (int i = 0; i < Keys; i++)
            _exists[i] &= !slots.Contains(_slots[i]);
    }

    /// <summary>Asserts that all hold what they must.</summary>
    public async Task CheckAsync()
    {
        int[] numbers = [.. Enumerable.Range(0, Keys).Where(i => _exists[i])];
        RespValue[] replies = await AskAsync(i => _exists[i], i => ["GET", Name(i)]);
        for (int n = 0; n < numbers.Length; n++)
            Assert.AreEqual(Value(numbers[n]), replies[n].IsNull ? "nothing" : replies[n].Text, Name(numbers[n]));
    }

    /// <summary>
    /// Asserts what a node has loaded that nobody has configured yet: of the slots that were its own all keys, of some slots that were on their way all or none, and no others.
    /// </summary>
    public async Task WasSavedAsync(ProcessNode node, SlotSet own, SlotSet moving)
    {
        RespValue keys = await node.AskAsync("KEYS", "ballast:*");
        HashSet<string> saved = [.. keys.Items.Select(key => key.Text)];
        int[] there = [.. Enumerable.Range(0, Keys).Where(i => saved.Contains(Name(i)))];
        Assert.HasCount(saved.Count, there);
        int ofMoving = there.Count(i => moving.Contains(_slots[i]));
        Assert.IsTrue(ofMoving == 0 || ofMoving == CountIn(moving), $"{node.Id} has saved {ofMoving} of {CountIn(moving)} keys of {moving}");
        Assert.AreEqual(CountIn(own.Except(moving)), there.Length - ofMoving, $"{node.Id} has saved others than those of {own}");
    }

    /// <summary>Finds out which keys of some slots are there: all, or none. Null if there were none.</summary>
    public async Task<bool?> WasEmptiedAsync(SlotSet slots)
    {
        RespValue[] replies = await AskAsync(i => _exists[i] && slots.Contains(_slots[i]), i => ["EXISTS", Name(i)]);
        long there = replies.Sum(reply => reply.Integer);
        Assert.IsTrue(there == 0 || there == replies.Length, $"{there} of {replies.Length} keys in {slots} are there");
        if (replies.Length > 0 && there == 0)
            Lost(slots);
        return replies.Length == 0 ? null : there == 0;
    }

    private int CountIn(SlotSet slots) => _slots.Where((slot, i) => _exists[i] && slots.Contains(slot)).Count();

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"ballast:{number}");

    private static string Value(int number) => Name(number).PadRight(ValueBytes, '.');

    // In the order of the numbers, each at the owner of its slot.
    private async Task<RespValue[]> AskAsync(Func<int, bool> isMeant, Func<int, string[]> words)
    {
        int[] numbers = [.. Enumerable.Range(0, Keys).Where(isMeant)];
        RespValue[] replies = new RespValue[numbers.Length];
        await Task.WhenAll(cluster.Nodes.Select(async node =>
        {
            int[] mine = [.. Enumerable.Range(0, numbers.Length).Where(n => cluster.Owners[node.Index].Contains(_slots[numbers[n]]))];
            RespValue[] some = await node.AskAllAsync(mine.Select(n => words(numbers[n])));
            for (int i = 0; i < mine.Length; i++)
                replies[mine[i]] = some[i];
        }));
        return replies;
    }
}
