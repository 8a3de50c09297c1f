using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Packed blocks against a list of byte arrays: every edit, then every way of reading.</summary>
[TestClass]
public sealed class PackedBlockTests
{
    // Lengths on both sides of each step of the length field (1, 2 and 3 bytes).
    private static readonly int[] Lengths = [0, 1, 2, 7, 8, 9, 126, 127, 128, 129, 300, 16383, 16384, 16385];

    [TestMethod]
    public void EditsAgreeWithAList()
        => ModelCheck.Run(Edits(), Apply, count: 300);

    [TestMethod]
    public void EmptyBlockHasNoEntries()
    {
        byte[] block = new byte[PackedBlock.HeaderBytes];
        Assert.AreEqual(0, PackedBlock.Count(block));
        Assert.AreEqual(-1, PackedBlock.Find(block, ""u8));
    }

    [TestMethod]
    public void FindLooksOnlyAtEveryStep()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = NewRecord(keyspace[0]);
        int end = PackedBlock.HeaderBytes;
        foreach (string text in new[] { "a", "b", "b", "c" })
        {
            byte[] value = [(byte)text[0]];
            PackedRecord.Insert(keyspace[0], ref slot, end, value);
            end = PackedRecord.Block(keyspace[0], slot).Length;
        }

        ReadOnlySpan<byte> block = PackedRecord.Block(keyspace[0], slot);
        Assert.AreEqual(PackedBlock.PositionOf(block, 2), PackedBlock.Find(block, "b"u8, step: 2), "the value b is passed over");
        Assert.AreEqual(-1, PackedBlock.Find(block, "c"u8, step: 2));
        Assert.AreEqual(PackedBlock.PositionOf(block, 3), PackedBlock.Find(block, "c"u8, step: 2, start: PackedBlock.PositionOf(block, 1)));
    }

    [TestMethod]
    public void FindTellsEntriesApartThatEndAlike()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = NewRecord(keyspace[0]);
        string[] texts = ["x:12345678", "y:12345678", "12345678", ":12345678", new string('x', 200) + ":12345678", "z:12345678"];
        foreach (string text in texts)
            PackedRecord.Insert(keyspace[0], ref slot, PackedRecord.Block(keyspace[0], slot).Length, Encoding.ASCII.GetBytes(text));
        ReadOnlySpan<byte> block = PackedRecord.Block(keyspace[0], slot);
        for (int i = 0; i < texts.Length; i++)
            Assert.AreEqual(PackedBlock.PositionOf(block, i), PackedBlock.Find(block, Encoding.ASCII.GetBytes(texts[i])), texts[i]);
        Assert.AreEqual(-1, PackedBlock.Find(block, "w:12345678"u8));
        Assert.AreEqual(-1, PackedBlock.Find(block, "2345678"u8));
    }

    [TestMethod]
    public void TooManyEntriesAreRefused()
    {
        byte[] block = new byte[PackedBlock.HeaderBytes];
        PackedBlock.SetCount(block, PackedBlock.CountMax);
        Assert.AreEqual(PackedBlock.CountMax, PackedBlock.Count(block));
        Assert.ThrowsExactly<OverflowException>(() => PackedBlock.SetCount(block, PackedBlock.CountMax + 1));
    }

    private static Gen<Edit> Edits()
        => from kind in Gen.Elements(EditKind.Insert, EditKind.Insert, EditKind.InsertPair, EditKind.Remove, EditKind.Replace)
           from at in Gen.Choose(0, 1000)
           from length in Gen.Elements(Lengths)
           from fill in Gen.Choose(0, 255)
           select new Edit(kind, at, length, (byte)fill);

    private static void Apply(Edit[] edits)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        Slot slot = NewRecord(database);
        List<byte[]> model = [];
        foreach (Edit edit in edits)
        {
            ApplyOne(database, ref slot, model, edit);
            Compare(PackedRecord.Block(database, slot), model);
        }

        database.Remove(slot);
        Assert.AreEqual(0, database.Count);
    }

    private static void ApplyOne(Database database, ref Slot slot, List<byte[]> model, Edit edit)
    {
        Span<byte> block = PackedRecord.Block(database, slot);
        byte[] value = edit.Value();
        int index = edit.At % (model.Count + 1);
        int position = index == model.Count ? block.Length : PackedBlock.PositionOf(block, index);
        switch (edit.Kind)
        {
            case EditKind.Insert:
                PackedRecord.Insert(database, ref slot, position, value);
                model.Insert(index, value);
                break;
            case EditKind.InsertPair:
                PackedRecord.InsertPair(database, ref slot, position, value, value.AsSpan(value.Length / 2));
                model.InsertRange(index, [value, value[(value.Length / 2)..]]);
                break;
            case EditKind.Replace when index < model.Count:
                PackedRecord.Replace(database, ref slot, position, value);
                model[index] = value;
                break;
            case EditKind.Remove when index < model.Count:
                int entries = 1 + (edit.At % (model.Count - index));
                PackedRecord.Remove(database, ref slot, position, entries);
                model.RemoveRange(index, entries);
                break;
        }
    }

    private static void Compare(ReadOnlySpan<byte> block, List<byte[]> model)
    {
        Assert.AreEqual(model.Count, PackedBlock.Count(block));
        int position = PackedBlock.HeaderBytes;
        for (int i = 0; i < model.Count; i++)
        {
            Assert.AreEqual(position, PackedBlock.PositionOf(block, i));
            Assert.IsTrue(PackedBlock.Read(block, position).SequenceEqual(model[i]), $"entry {i}");
            int next = PackedBlock.Next(block, position);
            Assert.AreEqual(PackedBlock.EntryBytes(model[i].Length), next - position);
            Assert.AreEqual(position, PackedBlock.Previous(block, next));
            int first = PackedBlock.PositionOf(block, model.FindIndex(v => v.AsSpan().SequenceEqual(model[i])));
            Assert.AreEqual(first, PackedBlock.Find(block, model[i]));
            position = next;
        }

        Assert.AreEqual(block.Length, position);
    }

    private static Slot NewRecord(Database database)
        => PackedRecord.Create(database, "k"u8, KeyHash.Of("k"u8), ValueKind.List);

    public enum EditKind
    {
        Insert,
        InsertPair,
        Remove,
        Replace,
    }

    public sealed record Edit(EditKind Kind, int At, int Length, byte Fill)
    {
        internal byte[] Value()
        {
            byte[] value = new byte[Length];
            for (int i = 0; i < value.Length; i++)
                value[i] = (byte)(Fill + i);
            return value;
        }
    }
}
