using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Hashes against a dictionary, in both forms and over the conversion, with time passing for fields that expire.</summary>
[TestClass]
public sealed class HashValueTests
{
    private static readonly byte[] Key = "hash"u8.ToArray();
    private static readonly ulong Hash = KeyHash.Of(Key);

    [TestMethod]
    public void FewFieldsAgreeWithADictionary() => ModelCheck.Run(Steps(fields: 12, expires: true), Run, count: 300);

    [TestMethod]
    public void ManyFieldsAgreeWithADictionary() => ModelCheck.Run(Steps(fields: 2000, expires: true), Run, count: 10, lengthMax: 2000);

    [TestMethod]
    public void PackedFieldsAgreeWithADictionary() => ModelCheck.Run(Steps(fields: 200, expires: false), Run, count: 30, lengthMax: 400);

    [TestMethod]
    public void StaysPackedUpToTheLimits()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        Slot slot = HashValue.Create(database, Key, Hash);
        for (int i = 0; i < HashLimits.FieldsMax; i++)
            Assert.IsTrue(HashValue.Set(database, ref slot, Text(i), new byte[HashLimits.ValueBytesMax]));
        Assert.IsFalse(HashValue.IsTable(database, slot));

        Assert.IsFalse(HashValue.Set(database, ref slot, Text(0), "again"u8), "a field that is there does not count twice");
        Assert.IsFalse(HashValue.IsTable(database, slot));

        Assert.IsTrue(HashValue.Set(database, ref slot, "one more"u8, "v"u8));
        Assert.IsTrue(HashValue.IsTable(database, slot));
        Assert.AreEqual(HashLimits.FieldsMax + 1, HashValue.Count(database, slot));
        Assert.IsTrue(HashValue.TryGet(database, slot, Text(0), out ReadOnlySpan<byte> value));
        Assert.IsTrue(value.SequenceEqual("again"u8));
    }

    [TestMethod]
    [DataRow(65, 1)]
    [DataRow(1, 65)]
    public void LongFieldsAndValuesMakeItBig(int fieldLength, int valueLength)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = HashValue.Create(keyspace[0], Key, Hash);
        HashValue.Set(keyspace[0], ref slot, new byte[fieldLength], new byte[valueLength]);
        Assert.IsTrue(HashValue.IsTable(keyspace[0], slot));
        Assert.AreEqual(1, HashValue.Count(keyspace[0], slot));
    }

    [TestMethod]
    public void CopyTakesFieldsAndExpiriesToAnotherShard()
    {
        using Keyspace source = new(new KeyspaceOptions { Index = 0 });
        using Keyspace target = new(new KeyspaceOptions { Index = 1 });
        using HashTableValue original = new(source);
        for (int i = 0; i < 1000; i++)
            original.Set(Text(i), Text(-i));
        original.SetExpiry(Text(3), 50);
        using (HashTableValue copy = (HashTableValue)original.CopyTo(target))
        {
            original.Set(Text(4), "changed"u8);
            Assert.AreEqual(1000, copy.Count);
            Assert.IsTrue(copy.TryGet(Text(4), out ReadOnlySpan<byte> value));
            Assert.IsTrue(value.SequenceEqual(Text(-4)));
            Assert.IsTrue(copy.TryGetExpiry(Text(3), out long atMs));
            Assert.AreEqual(50, atMs);
            Assert.AreEqual(1, target.ExpiringHashes);
            target.NowMs = 51;
            Assert.IsFalse(copy.TryGet(Text(3), out _));
            Assert.IsTrue(original.TryGet(Text(3), out _), "the clocks are two");
        }

        Assert.AreEqual(0, target.MemoryBytes);
        Assert.AreEqual(0, target.ExpiringHashes);
    }

    [TestMethod]
    public void ActiveExpiryRemovesDueFieldsAndAtLastTheKey()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[3];
        Slot slot = HashValue.Create(database, Key, Hash);
        for (int i = 0; i < 1000; i++)
        {
            HashValue.Set(database, ref slot, Text(i), "v"u8);
            HashExpiry.Set(database, ref slot, Text(i), 100 + i, HashExpiryCondition.None);
        }

        HashTableValue table = HashValue.Table(database, slot);
        keyspace.NowMs = 600;
        Assert.AreEqual(500, table.Count, "invisible at once");
        Assert.AreEqual(1000, table.Records.Count);
        RunActiveExpiry(keyspace);
        Assert.AreEqual(500, table.Records.Count);
        Assert.AreEqual(500, keyspace.Stats.ExpiredFields);

        keyspace.NowMs = 5000;
        RunActiveExpiry(keyspace);
        Assert.AreEqual(0, database.Count);
        database.Clear(); // the empty table's own segment
        Assert.AreEqual(0, keyspace.MemoryBytes);
        Assert.AreEqual(0, keyspace.ExpiringHashes);
    }

    [TestMethod]
    public void TableShrinksWithItsFields()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        using HashTableValue table = new(keyspace);
        for (int i = 0; i < 60_000; i++)
            table.Set(Text(i), "v"u8);
        long segments = table.Records.Statistics.Segments;
        for (int i = 0; i < 59_900; i++)
            Assert.IsTrue(table.Remove(Text(i)));
        Assert.IsLessThan(segments / 8, table.Records.Statistics.Segments);
        for (int i = 59_900; i < 60_000; i++)
            Assert.IsTrue(table.TryGet(Text(i), out _));
        Assert.AreEqual(100, table.Count);
    }

    [TestMethod]
    public void RandomFieldsAreFairEvenIfNearlyAllAreDue()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        using HashTableValue table = new(keyspace);
        for (int i = 0; i < 1000; i++)
        {
            table.Set(Text(i), "v"u8);
            if (i >= 4)
                table.SetExpiry(Text(i), 10);
        }

        keyspace.NowMs = 11;
        int[] picked = new int[4];
        for (int i = 0; i < 1000; i++)
            picked[int.Parse(Encoding.ASCII.GetString(table.FieldOf(table.Random(keyspace.Random))))]++;
        foreach (int count in picked)
            Assert.IsTrue(count is > 150 and < 350, string.Join(' ', picked));
    }

    private static void RunActiveExpiry(Keyspace keyspace)
    {
        for (int i = 0; i < 20; i++)
            ActiveExpiry.RunSlice(keyspace, 64);
    }

    private static Gen<Step> Steps(int fields, bool expires)
    {
        Gen<Kind> kinds = expires
            ? Gen.Elements(Kind.Set, Kind.Set, Kind.SetKeeping, Kind.Remove, Kind.Expire, Kind.Expire, Kind.Persist, Kind.Wait, Kind.RemoveDue)
            : Gen.Elements(Kind.Set, Kind.Set, Kind.Set, Kind.Remove);
        return from kind in kinds
               from field in Gen.Choose(0, fields - 1)
               from length in Gen.Frequency((20, Gen.Choose(0, 20)), (1, Gen.Choose(expires ? 60 : 0, expires ? 70 : 64)))
               from time in Gen.Choose(0, 40)
               select new Step(kind, field, length, time);
    }

    private static void Run(Step[] steps)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        Slot slot = HashValue.Create(database, Key, Hash);
        Dictionary<string, (string Value, long AtMs)> model = [];
        for (int i = 0; i < steps.Length; i++)
        {
            Apply(database, ref slot, model, steps[i], i);
            foreach (string gone in model.Where(f => f.Value.AtMs != 0 && f.Value.AtMs < keyspace.NowMs).Select(f => f.Key).ToList())
                model.Remove(gone);
            Assert.AreEqual(model.Count, HashValue.Count(database, slot));
        }

        Compare(database, slot, model);
        database.Remove(slot);
        database.Clear(); // the empty table's own segment
        Assert.AreEqual(0, keyspace.MemoryBytes);
        Assert.AreEqual(0, keyspace.ExpiringHashes);
    }

    private static void Apply(Database database, ref Slot slot, Dictionary<string, (string Value, long AtMs)> model, Step step, int number)
    {
        string name = Name(step.Field);
        byte[] field = Encoding.ASCII.GetBytes(name);
        string value = new((char)('a' + (number % 26)), step.Length);
        bool exists = model.TryGetValue(name, out (string Value, long AtMs) old);
        switch (step.Kind)
        {
            case Kind.Set or Kind.SetKeeping:
                bool keeps = step.Kind == Kind.SetKeeping;
                Assert.AreEqual(!exists, HashValue.Set(database, ref slot, field, Encoding.ASCII.GetBytes(value), keeps));
                model[name] = (value, keeps ? old.AtMs : 0);
                break;
            case Kind.Remove:
                Assert.AreEqual(exists, HashValue.Remove(database, ref slot, field));
                model.Remove(name);
                break;
            case Kind.Expire:
                long atMs = database.Keyspace.NowMs + step.Time;
                HashExpiryResult result = HashExpiry.Set(database, ref slot, field, atMs, HashExpiryCondition.None);
                Assert.AreEqual(!exists ? HashExpiryResult.NoField : step.Time == 0 ? HashExpiryResult.Removed : HashExpiryResult.Set, result);
                if (exists)
                    model[name] = (old.Value, Math.Max(atMs, 1));
                if (step.Time == 0)
                    model.Remove(name);
                break;
            case Kind.Persist when exists && HashValue.IsTable(database, slot):
                HashValue.Table(database, slot).SetExpiry(field, 0);
                model[name] = (old.Value, 0);
                break;
            case Kind.Wait:
                database.Keyspace.NowMs += step.Time;
                break;
            case Kind.RemoveDue when HashValue.IsTable(database, slot):
                HashValue.Table(database, slot).RemoveDue(step.Length, database, Key);
                break;
        }
    }

    private static void Compare(Database database, Slot slot, Dictionary<string, (string Value, long AtMs)> model)
    {
        foreach ((string name, (string value, long atMs)) in model)
        {
            Assert.IsTrue(HashValue.TryGet(database, slot, Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> found), name);
            Assert.AreEqual(value, Encoding.ASCII.GetString(found));
            Assert.IsTrue(HashExpiry.TryGet(database, slot, Encoding.ASCII.GetBytes(name), out long foundAtMs));
            Assert.AreEqual(atMs, foundAtMs);
        }

        Dictionary<string, (string Value, long AtMs)> walked = [];
        HashEntries entries = new(database, slot);
        while (entries.MoveNext())
            walked.Add(Encoding.ASCII.GetString(entries.Field), (Encoding.ASCII.GetString(entries.Value), entries.ExpireAtMs));
        CollectionAssert.AreEquivalent(model, walked);

        if (!HashValue.IsTable(database, slot))
            return;
        HashTableValue table = HashValue.Table(database, slot);
        List<Slot> scanned = [];
        ulong cursor = 0;
        do
        {
            cursor = table.Scan(cursor, scanned);
        }
        while (cursor != 0);
        CollectionAssert.AreEquivalent(model.Keys, scanned.ConvertAll(s => Encoding.ASCII.GetString(table.FieldOf(s))));
        Assert.AreEqual(model.Values.Where(v => v.AtMs != 0).Select(v => v.AtMs).DefaultIfEmpty(long.MaxValue).Min(), NextVisible(table, database));
    }

    private static long NextVisible(HashTableValue table, Database database)
    {
        table.RemoveDue(int.MaxValue, database, Key);
        Assert.IsGreaterThanOrEqualTo(database.Keyspace.NowMs, table.NextExpiryMs);
        return table.NextExpiryMs;
    }

    private static string Name(int field) => "f" + field;

    private static byte[] Text(int number) => Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public enum Kind
    {
        Set,
        SetKeeping,
        Remove,
        Expire,
        Persist,
        Wait,
        RemoveDue,
    }

    public sealed record Step(Kind Kind, int Field, int Length, int Time);
}
