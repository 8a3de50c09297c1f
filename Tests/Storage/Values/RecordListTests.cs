using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Lists in both forms against a list of byte arrays: every edit, then every way of reading; and nothing is left in the arena.</summary>
[TestClass]
public sealed class RecordListTests
{
    private static readonly byte[] Key = "k"u8.ToArray();
    private static readonly ulong Hash = KeyHash.Of(Key);

    // Small ones share nodes, big ones fill or exceed a node.
    private static readonly int[] Lengths = [0, 1, 2, 90, 127, 128, 700, 2600, 4100, 9000];

    public enum EditKind
    {
        Push,
        Pop,
        Insert,
        Replace,
        RemoveRange,
        RemoveMatches,
        Copy,
    }

    [TestMethod]
    public void EditsAgreeWithAList()
        => ModelCheck.Run(Edits(), Apply, count: 150, lengthMax: 120);

    [TestMethod]
    public void FormFollowsTheSizeWithHysteresis()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        RecordList list = RecordList.Create(database, Key, Hash);
        byte[] value = new byte[98];
        int entries = (ListLimits.NodeBytes - PackedBlock.HeaderBytes) / PackedBlock.EntryBytes(value.Length);
        for (int i = 0; i < entries; i++)
            list.Push(ListEnd.Right, value);
        Assert.AreEqual(ValueEncoding.Packed, EncodingOf(database));
        list.Push(ListEnd.Left, value);
        Assert.AreEqual(ValueEncoding.Object, EncodingOf(database));
        list.Pop(ListEnd.Right);
        Assert.AreEqual(ValueEncoding.Object, EncodingOf(database));
        list.Pop(ListEnd.Right, (entries / 2) + 1);
        Assert.AreEqual(ValueEncoding.Packed, EncodingOf(database));
        Assert.AreEqual(entries - (entries / 2) - 1, list.Count);
    }

    [TestMethod]
    public void PositiveLimitCountsEntries()
    {
        int before = ListLimits.MaxListpackSize;
        ListLimits.MaxListpackSize = 3;
        try
        {
            using Keyspace keyspace = new(new KeyspaceOptions());
            RecordList list = RecordList.Create(keyspace[0], Key, Hash);
            for (int i = 0; i < 3; i++)
                list.Push(ListEnd.Right, "v"u8);
            Assert.AreEqual(ValueEncoding.Packed, EncodingOf(keyspace[0]));
            list.Push(ListEnd.Right, "v"u8);
            Assert.AreEqual(ValueEncoding.Object, EncodingOf(keyspace[0]));
        }
        finally
        {
            ListLimits.MaxListpackSize = before;
        }
    }

    [TestMethod]
    public void QueueInTheSteadyStateAllocatesNothingAndKeepsItsMemory()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        RecordList list = RecordList.Create(keyspace[0], Key, Hash);
        byte[] value = new byte[50];
        for (int i = 0; i < 2000; i++)
            list.Push(ListEnd.Left, value);
        RunQueue(ref list, value, 5000);
        long memory = keyspace.MemoryBytes;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        RunQueue(ref list, value, 50_000);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.IsTrue(bytes == 0 || keyspace.Arena.IsChecked, $"{bytes} bytes were allocated");
        Assert.IsTrue(Math.Abs(keyspace.MemoryBytes - memory) <= 2 * ListLimits.NodeBytes, $"{memory} became {keyspace.MemoryBytes}");
        Assert.AreEqual(2000, list.Count);
    }

    private static void RunQueue(scoped ref RecordList list, byte[] value, int times)
    {
        for (int i = 0; i < times; i++)
        {
            list.Push(ListEnd.Left, value);
            list.Pop(ListEnd.Right);
        }
    }

    private static Gen<Edit> Edits()
        => from kind in Gen.Elements(
               EditKind.Push, EditKind.Push, EditKind.Push, EditKind.Pop, EditKind.Insert, EditKind.Insert, EditKind.Replace, EditKind.RemoveRange,
               EditKind.RemoveMatches, EditKind.Copy)
           from at in Gen.Choose(0, 100_000)
           from length in Gen.Elements(Lengths)
           from letter in Gen.Choose('a', 'd')
           from many in Gen.Choose(0, 20)
           select new Edit(kind, at, length, (byte)letter, many);

    private static void Apply(Edit[] edits)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        List<byte[]> model = [];
        foreach (Edit edit in edits)
        {
            if (edit.Kind == EditKind.Copy)
                ReplaceByCopy(database);
            RecordList list = database.Find(Key, Hash, out Slot slot) ? new RecordList(database, slot) : RecordList.Create(database, Key, Hash);
            ApplyOne(ref list, model, edit);
            Assert.AreEqual(model.Count == 0, list.RemoveIfEmpty());
            Compare(database, model);
        }

        database.Clear();
        Assert.AreEqual(0, keyspace.Arena.LiveBlocks);
        Assert.AreEqual(0, keyspace.ManagedBytes);
    }

    private static void ApplyOne(scoped ref RecordList list, List<byte[]> model, Edit edit)
    {
        byte[] value = edit.Value();
        int index = edit.At % (model.Count + 1);
        ListEnd end = edit.At % 2 == 0 ? ListEnd.Left : ListEnd.Right;
        switch (edit.Kind)
        {
            case EditKind.Push:
                for (int i = 0; i <= edit.Many; i++)
                {
                    list.Push(end, value);
                    model.Insert(end == ListEnd.Left ? 0 : model.Count, value);
                }

                break;
            case EditKind.Pop when model.Count > 0:
                int popped = Math.Min(edit.Many + 1, model.Count);
                CollectionAssert.AreEqual(model[end == ListEnd.Left ? 0 : ^1], list.Peek(end).ToArray());
                list.Pop(end, edit.Many + 1);
                model.RemoveRange(end == ListEnd.Left ? 0 : model.Count - popped, popped);
                break;
            case EditKind.Insert:
                list.Insert(index, value);
                model.Insert(index, value);
                break;
            case EditKind.Replace when index < model.Count:
                list.Replace(index, value);
                model[index] = value;
                break;
            case EditKind.RemoveRange when index < model.Count:
                int removed = Math.Min(edit.Many, model.Count - index);
                list.RemoveRange(index, removed);
                model.RemoveRange(index, removed);
                break;
            case EditKind.RemoveMatches:
                Assert.AreEqual(RemoveFrom(model, value, edit.Many + 1, end), list.RemoveMatches(value, edit.Many + 1, end == ListEnd.Right));
                break;
        }
    }

    private static long RemoveFrom(List<byte[]> model, byte[] value, int limit, ListEnd end)
    {
        long removed = 0;
        while (removed < limit)
        {
            int index = end == ListEnd.Left
                ? model.FindIndex(v => v.AsSpan().SequenceEqual(value))
                : model.FindLastIndex(v => v.AsSpan().SequenceEqual(value));
            if (index < 0)
                break;
            model.RemoveAt(index);
            removed++;
        }

        return removed;
    }

    private static void ReplaceByCopy(Database database)
    {
        if (database.Find(Key, Hash, out Slot slot) && database.Table.Encoding(slot) == ValueEncoding.Object)
            database.PutObject(ref slot, database.Object<ListValue>(slot).CopyTo(database.Keyspace));
    }

    private static void Compare(Database database, List<byte[]> model)
    {
        if (!database.Find(Key, Hash, out Slot slot))
        {
            Assert.AreEqual(0, model.Count);
            return;
        }

        RecordList list = new(database, slot);
        Assert.AreEqual(model.Count, list.Count);
        for (int start = 0; start < model.Count; start += 1 + (model.Count / 3))
        {
            ListReader forward = list.Read(start);
            for (int i = start; i < model.Count; i++)
                Assert.IsTrue(forward.MoveNext() && forward.Current.SequenceEqual(model[i]), $"element {i} from {start} on");
            Assert.IsFalse(forward.MoveNext());
            ListReader backward = list.Read(start, backward: true);
            for (int i = start; i >= 0; i--)
                Assert.IsTrue(backward.MoveNext() && backward.Current.SequenceEqual(model[i]), $"element {i} back from {start}");
            Assert.IsFalse(backward.MoveNext());
        }
    }

    private static ValueEncoding EncodingOf(Database database)
        => database.Find(Key, Hash, out Slot slot) ? database.Table.Encoding(slot) : throw new InvalidOperationException("the key is gone");

    public sealed record Edit(EditKind Kind, int At, int Length, byte Letter, int Many)
    {
        internal byte[] Value()
        {
            byte[] value = new byte[Length];
            value.AsSpan().Fill(Letter);
            return value;
        }
    }
}
