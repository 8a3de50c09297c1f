using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Values by ids against a sorted dictionary; what it counts is given back.</summary>
[TestClass]
public sealed class StreamIdMapTests
{
    [TestMethod]
    public void Changes_agree_with_a_sorted_dictionary() => ModelCheck.Run(Steps(), Apply, count: 200, lengthMax: 60);

    private static Gen<Step> Steps()
        => from removes in Gen.Choose(0, 2)
           from first in Gen.Choose(0, 900)
           from stride in Gen.Elements(1, 1, 2, 7, -1)
           from count in Gen.Choose(1, 200)
           select new Step(removes == 0, first, stride, count);

    private static void Apply(Step[] steps)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        ManagedMeter meter = new(keyspace);
        StreamIdMap<int> map = new(meter);
        SortedDictionary<StreamId, int> model = [];
        foreach (Step step in steps)
        {
            for (int i = 0; i < step.Count; i++)
            {
                StreamId id = new((ulong)Math.Max(0, step.First + (i * step.Stride)), (ulong)(i % 3));
                if (step.Removes)
                    Assert.AreEqual(model.Remove(id), map.Remove(id));
                else
                    Assert.AreEqual(!model.ContainsKey(id), map.Set(id, i));
                if (!step.Removes)
                    model[id] = i;
            }

            Compare(map, model);
        }

        map.Clear();
        Assert.AreEqual(0, keyspace.ManagedBytes);
    }

    private static void Compare(StreamIdMap<int> map, SortedDictionary<StreamId, int> model)
    {
        Assert.AreEqual(model.Count, map.Count);
        List<KeyValuePair<StreamId, int>> walked = [];
        for (StreamIdMap<int>.Walk walk = map.From(StreamId.Min); walk.MoveNext();)
            walked.Add(new(walk.Id, walk.Value));
        CollectionAssert.AreEqual(model.ToList(), walked);
        for (ulong ms = 0; ms < 1000; ms += 37)
        {
            StreamId from = new(ms, 1);
            KeyValuePair<StreamId, int>[] rest = [.. walked.Where(pair => pair.Key >= from).Take(1)];
            Assert.AreEqual(rest.Length > 0, map.TryFirst(from, out StreamId id, out int value));
            if (rest.Length > 0)
                Assert.AreEqual(rest[0], new KeyValuePair<StreamId, int>(id, value));
            Assert.AreEqual(model.ContainsKey(from), map.TryGet(from, out _));
        }

        Assert.AreEqual(model.Count > 0, map.TryLast(out StreamId last));
        if (model.Count > 0)
            Assert.AreEqual(model.Keys.Last(), last);
    }

    public sealed record Step(bool Removes, int First, int Stride, int Count);
}
