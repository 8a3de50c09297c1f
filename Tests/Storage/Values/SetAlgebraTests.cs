using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Set algebra against LINQ, for sets of all forms and sizes, on one shard and on two, few sets and many.</summary>
[TestClass]
public sealed class SetAlgebraTests
{
    [TestMethod]
    public void ResultsAgreeWithLinq() => ModelCheck.Run(Sets(), Run, count: 150, lengthMax: 30);

    [TestMethod]
    public void IntersectionStopsAtItsLimit()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        string[] members = [.. Enumerable.Range(0, 300).Select(i => "m" + i.ToString(CultureInfo.InvariantCulture))];
        Store(keyspace[0], "a", members);
        Store(keyspace[0], "b", members);
        SetOperand[] sets = [Operand(keyspace[0], "a"), Operand(keyspace[0], "b")];
        Collector sink = new();
        Assert.AreEqual(7, SetAlgebra.Intersect(sets, 7, ref sink));
        Assert.HasCount(7, sink.Members);
    }

    private static Gen<string[]> Sets()
    {
        Gen<string> numbers = Gen.Choose(0, 700).Select(i => i.ToString(CultureInfo.InvariantCulture));
        Gen<string> few = Gen.Choose(0, 9).Select(i => i.ToString(CultureInfo.InvariantCulture));
        Gen<string> words = Gen.Choose(0, 300).Select(i => "m" + i.ToString(CultureInfo.InvariantCulture));
        return Gen.OneOf(
            Gen.Constant(Array.Empty<string>()),
            few.ArrayOf(8),
            words.ArrayOf(100),
            Gen.OneOf(few, words).ArrayOf(12),
            numbers.ArrayOf(900)).Select(m => m.Distinct().ToArray());
    }

    private static void Run(string[][] sets)
    {
        if (sets.Length == 0)
            return;
        using Keyspace first = new(new KeyspaceOptions { Index = 0 });
        using Keyspace second = new(new KeyspaceOptions { Index = 1 });
        Database[] databases = [.. sets.Select((_, i) => (i % 2 == 0 ? first : second)[0])];
        for (int i = 0; i < sets.Length; i++)
            Store(databases[i], Name(i), sets[i]);
        SetOperand[] operands = [.. sets.Select((_, i) => Operand(databases[i], Name(i)))];
        long before = first.MemoryBytes;
        string[] union = [.. sets.SelectMany(m => m).Distinct()];
        string[] intersection = [.. sets[0].Where(m => sets.All(s => s.Contains(m)))];
        string[] difference = [.. sets[0].Where(m => !sets.Skip(1).Any(s => s.Contains(m)))];

        Check(union, (ref Collector sink) => SetAlgebra.Unite<Collector>([.. operands], first, ref sink));
        Check(intersection, (ref Collector sink) => SetAlgebra.Intersect<Collector>([.. operands], 0, ref sink));
        Check(difference, (ref Collector sink) => SetAlgebra.Subtract<Collector>([.. operands], first, ref sink));
        Assert.AreEqual(before, first.MemoryBytes, "scratch memory is freed");

        using SetBuilder united = new(second);
        SetAlgebra.UniteInto(operands, united);
        CheckStored(second[1], united, union);
        SetBuilder subtracted = new(first);
        SetAlgebra.Subtract([.. operands], first, ref subtracted);
        CheckStored(first[1], subtracted, difference);
        subtracted.Dispose();
    }

    private static void Check(string[] expected, Algebra run)
    {
        Collector sink = new();
        long found = run(ref sink);
        Assert.AreEqual(expected.Length, found);
        CollectionAssert.AreEquivalent(expected, sink.Members);
    }

    private static void CheckStored(Database database, SetBuilder builder, string[] members)
    {
        Assert.AreEqual(members.Length, builder.Count);
        if (members.Length == 0)
            return;
        byte[] key = "result"u8.ToArray();
        builder.Store(database, key, KeyHash.Of(key));
        Assert.IsTrue(database.Find(key, KeyHash.Of(key), out Slot slot));
        List<string> walked = [];
        SetMembers walk = new(database, slot);
        while (walk.MoveNext())
            walked.Add(Encoding.ASCII.GetString(walk.Current));
        CollectionAssert.AreEquivalent(members, walked);
        bool allIntegers = members.All(m => char.IsDigit(m[0]));
        ValueEncoding form = allIntegers && members.Length <= 512 ? ValueEncoding.IntegerSet
            : !allIntegers && members.Length <= 128 ? ValueEncoding.Packed
            : ValueEncoding.Object;
        Assert.AreEqual(form, database.Table.Encoding(slot));
        Assert.IsTrue(SetValue.Add(database, ref slot, "0.5"u8), "the stored block is a sound one");
    }

    private static void Store(Database database, string name, string[] members)
    {
        if (members.Length == 0)
            return;
        byte[] key = Encoding.ASCII.GetBytes(name);
        Slot slot = SetValue.Create(database, key, KeyHash.Of(key), Encoding.ASCII.GetBytes(members[0]));
        foreach (string member in members)
            SetValue.Add(database, ref slot, Encoding.ASCII.GetBytes(member));
    }

    private static SetOperand Operand(Database database, string name)
    {
        byte[] key = Encoding.ASCII.GetBytes(name);
        return database.Find(key, KeyHash.Of(key), out Slot slot) ? new SetOperand(database, slot) : default;
    }

    private static string Name(int index) => "set" + index.ToString(CultureInfo.InvariantCulture);

    private delegate long Algebra(ref Collector sink);

    private sealed class Collector : IMemberSink
    {
        internal List<string> Members { get; } = [];

        public void Add(ReadOnlySpan<byte> member) => Members.Add(Encoding.ASCII.GetString(member));
    }
}
