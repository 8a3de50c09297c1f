using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Sets against a hash set, in the three forms and over the conversions; random members; copies.</summary>
[TestClass]
public sealed class SetValueTests
{
    private static readonly byte[] Key = "set"u8.ToArray();
    private static readonly ulong Hash = KeyHash.Of(Key);

    [TestMethod]
    public void IntegersAgreeWithAHashSet() => ModelCheck.Run(Steps(Gen.Choose(-600, 600).Select(Text)), Run, count: 30, lengthMax: 1500);

    [TestMethod]
    public void MixedMembersAgreeWithAHashSet()
    {
        Gen<string> members = Gen.Frequency(
            (20, Gen.Choose(0, 150).Select(Text)),
            (4, Gen.Choose(0, 60).Select(i => "m" + Text(i))),
            (1, Gen.Choose(0, 10).Select(i => new string('x', 60 + i))));
        ModelCheck.Run(Steps(members), Run, count: 200, lengthMax: 300);
    }

    [TestMethod]
    public void BigSetsAgreeWithAHashSet() => ModelCheck.Run(Steps(Gen.Choose(0, 3000).Select(i => "m" + Text(i))), Run, count: 10, lengthMax: 3000);

    [TestMethod]
    public void FormsFollowTheLimits()
    {
        Assert.AreEqual(ValueEncoding.IntegerSet, FormOf(Range(0, 512)));
        Assert.AreEqual(ValueEncoding.Object, FormOf(Range(0, 513)));
        Assert.AreEqual(ValueEncoding.Packed, FormOf(["a", .. Range(0, 127)]));
        Assert.AreEqual(ValueEncoding.Object, FormOf(["a", .. Range(0, 128)]));
        Assert.AreEqual(ValueEncoding.Packed, FormOf([.. Range(0, 127), "a"]));
        Assert.AreEqual(ValueEncoding.Object, FormOf([.. Range(0, 128), "a"]));
        Assert.AreEqual(ValueEncoding.Packed, FormOf([new string('a', 64)]));
        Assert.AreEqual(ValueEncoding.Object, FormOf([new string('a', 65)]));
        Assert.AreEqual(ValueEncoding.Object, FormOf(["1", new string('a', 65)]));
        Assert.AreEqual(ValueEncoding.Packed, FormOf(["01"]), "not what an integer prints as");
    }

    [TestMethod]
    public void CreateTakesTheFormThatIsExpected()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        Assert.AreEqual(ValueEncoding.IntegerSet, database.Table.Encoding(SetValue.Create(database, "a"u8, KeyHash.Of("a"u8), "1"u8, 512)));
        Assert.AreEqual(ValueEncoding.Object, database.Table.Encoding(SetValue.Create(database, "b"u8, KeyHash.Of("b"u8), "1"u8, 513)));
        Assert.AreEqual(ValueEncoding.Packed, database.Table.Encoding(SetValue.Create(database, "c"u8, KeyHash.Of("c"u8), "x"u8, 128)));
        Assert.AreEqual(ValueEncoding.Object, database.Table.Encoding(SetValue.Create(database, "d"u8, KeyHash.Of("d"u8), "x"u8, 129)));
    }

    [TestMethod]
    public void CopyTakesMembersToAnotherShard()
    {
        using Keyspace source = new(new KeyspaceOptions { Index = 0 });
        using Keyspace target = new(new KeyspaceOptions { Index = 1 });
        using SetTableValue original = new(source);
        foreach (string member in Range(0, 1000))
            original.Add(Bytes(member));
        using (SetTableValue copy = (SetTableValue)original.CopyTo(target))
        {
            original.Remove("7"u8);
            Assert.AreEqual(1000, copy.Count);
            Assert.IsTrue(copy.Contains("7"u8));
        }

        Assert.AreEqual(0, target.MemoryBytes);
    }

    [TestMethod]
    [DataRow(5, "")]
    [DataRow(100, "")]
    [DataRow(5, "m")]
    [DataRow(100, "m")]
    [DataRow(2000, "m")]
    public void DistinctSamplesAreDistinctMembers(int size, string prefix)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = NewSet(keyspace[0], Range(0, size).Select(m => prefix + m));
        for (int count = 0; count <= size; count += Math.Max(1, size / 9))
        {
            Collector sink = new();
            SetSample.Distinct(keyspace[0], slot, count, ref sink);
            Assert.HasCount(count, sink.Members);
            Assert.AreEqual(count, sink.Members.Distinct().Count());
            Assert.IsTrue(sink.Members.TrueForAll(m => m.StartsWith(prefix, StringComparison.Ordinal)));
        }

        Assert.AreEqual(size, SetValue.Count(keyspace[0], slot));
    }

    [TestMethod]
    [DataRow(10, "")]
    [DataRow(10, "m")]
    [DataRow(600, "m")]
    public void SamplesAreFair(int size, string prefix)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = NewSet(keyspace[0], Range(0, size).Select(m => prefix + m));
        Collector repeated = new();
        SetSample.Repeated(keyspace[0], slot, size * 300L, ref repeated);
        CheckFair(repeated.Members, size, 300);
        Collector distinct = new();
        for (int i = 0; i < 1000; i++)
            SetSample.Distinct(keyspace[0], slot, size * 3 / 10, ref distinct);
        CheckFair(distinct.Members, size, 300);
    }

    [TestMethod]
    [DataRow(20, "", 7)]
    [DataRow(100, "m", 60)]
    [DataRow(3000, "m", 10)]
    [DataRow(3000, "m", 2999)]
    public void PopTakesDistinctMembersOut(int size, string prefix, int count)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        string[] all = [.. Range(0, size).Select(m => prefix + m)];
        Slot slot = NewSet(keyspace[0], all);
        Collector popped = new();
        SetSample.Pop(keyspace[0], ref slot, count, ref popped);
        Assert.HasCount(count, popped.Members);
        CollectionAssert.AreEquivalent(all, popped.Members.Concat(Walk(keyspace[0], slot)).ToArray());
    }

    private static void CheckFair(List<string> picks, int size, int expected)
    {
        Dictionary<string, int> counts = picks.GroupBy(m => m).ToDictionary(g => g.Key, g => g.Count());
        Assert.HasCount(size, counts);
        Assert.IsTrue(counts.Values.All(c => c > expected / 2 && c < expected * 3 / 2), string.Join(' ', counts.Values.Order()));
    }

    private static ValueEncoding FormOf(IEnumerable<string> members)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = NewSet(keyspace[0], members);
        CollectionAssert.AreEquivalent(members.ToArray(), Walk(keyspace[0], slot));
        return keyspace[0].Table.Encoding(slot);
    }

    private static Slot NewSet(Database database, IEnumerable<string> members)
    {
        Slot slot = SetValue.Create(database, Key, Hash, Bytes(members.First()));
        foreach (string member in members)
            Assert.IsTrue(SetValue.Add(database, ref slot, Bytes(member)));
        return slot;
    }

    private static Gen<Step> Steps(Gen<string> members)
        => from member in members from adds in Gen.Elements(true, true, true, false) select new Step(member, adds);

    private static void Run(Step[] steps)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        Slot slot = SetValue.Create(database, Key, Hash, "1"u8);
        HashSet<string> model = [];
        foreach (Step step in steps)
        {
            byte[] member = Bytes(step.Member);
            Assert.AreEqual(model.Contains(step.Member), SetValue.Contains(database, slot, member));
            if (step.Adds)
                Assert.AreEqual(model.Add(step.Member), SetValue.Add(database, ref slot, member));
            else
                Assert.AreEqual(model.Remove(step.Member), SetValue.Remove(database, ref slot, member));
            Assert.AreEqual(model.Count, SetValue.Count(database, slot));
        }

        CollectionAssert.AreEquivalent(model.ToArray(), Walk(database, slot));
        database.Remove(slot);
        database.Clear(); // the empty table's own segment
        Assert.AreEqual(0, keyspace.MemoryBytes);
    }

    private static string[] Walk(Database database, Slot slot)
    {
        List<string> walked = [];
        SetMembers members = new(database, slot);
        while (members.MoveNext())
            walked.Add(Encoding.ASCII.GetString(members.Current));
        return [.. walked];
    }

    private static IEnumerable<string> Range(int start, int count) => Enumerable.Range(start, count).Select(Text);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    public sealed record Step(string Member, bool Adds);

    private sealed class Collector : IMemberSink
    {
        internal List<string> Members { get; } = [];

        public void Add(ReadOnlySpan<byte> member) => Members.Add(Encoding.ASCII.GetString(member));
    }
}
