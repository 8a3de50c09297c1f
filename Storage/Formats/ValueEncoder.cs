using System.Buffers;
using System.Buffers.Binary;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Writes values as Redis 7.0 does (RDB version 10): lists as nodes of listpacks, small sets and hashes packed, the rest element by element.</summary>
public static class ValueEncoder
{
    private const int PackedNode = 2;

    /// <summary>The form that a value is written in; false if there is none for it.</summary>
    public static bool TryTypeOf(Database database, Slot slot, out RdbType type)
    {
        ArgumentNullException.ThrowIfNull(database);
        ValueEncoding encoding = database.Table.Encoding(slot);
        ValueKind kind = database.Table.Kind(slot);
        type = kind switch
        {
            ValueKind.String => RdbType.String,
            ValueKind.List => RdbType.ListQuicklist2,
            ValueKind.Set => encoding == ValueEncoding.IntegerSet ? RdbType.SetIntset : RdbType.Set,
            ValueKind.Hash when encoding == ValueEncoding.Packed => RdbType.HashListpack,
            ValueKind.Hash => HashValue.Table(database, slot).ExpiringCount > 0 ? RdbType.HashExpiring : RdbType.Hash,
            ValueKind.SortedSet => RdbType.SortedSet,
            ValueKind.Stream => RdbType.Stream2,
            _ => default,
        };
        return type != RdbType.String || kind == ValueKind.String;
    }

    /// <summary>Writes a value in the form that <see cref="TryTypeOf"/> gave, without the type byte.</summary>
    public static void Encode(Database database, Slot slot, RdbType type, RdbWriter writer)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(writer);
        switch (type)
        {
            case RdbType.String:
                writer.WriteString(database.StringBytes(slot, stackalloc byte[StringValue.ScratchBytes]));
                break;
            case RdbType.ListQuicklist2:
                EncodeList(database, slot, writer);
                break;
            case RdbType.SetIntset:
                EncodeIntset(database.Table.Value(slot), writer);
                break;
            case RdbType.Set:
                EncodeSet(database, slot, writer);
                break;
            case RdbType.HashListpack:
                EncodeBlock(database.Table.Value(slot), writer);
                break;
            case RdbType.Hash or RdbType.HashExpiring:
                EncodeHash(database, slot, writer, hasExpiries: type == RdbType.HashExpiring);
                break;
            case RdbType.SortedSet:
                EncodeSortedSet(new RecordSortedSet(database, slot), writer);
                break;
            case RdbType.Stream2:
                StreamEncoder.Encode(database.Object<StreamValue>(slot), writer);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Nothing is written in this form.");
        }
    }

    private static void EncodeList(Database database, Slot slot, RdbWriter writer)
    {
        if (database.Table.Encoding(slot) == ValueEncoding.Packed)
        {
            ReadOnlySpan<byte> block = database.Table.Value(slot);
            writer.WriteLength(1);
            WriteNode(block, PackedBlock.HeaderBytes, block.Length, writer.Listpack, writer);
            return;
        }

        ListValue list = database.Object<ListValue>(slot);
        writer.WriteLength(list.NodeCount);
        for (int i = 0; i < list.NodeCount; i++)
            WriteNode(list, i, writer);
    }

    /// <summary>Writes a node of a big list.</summary>
    internal static void WriteNode(ListValue list, int ordinal, RdbWriter writer)
    {
        ref ListNode node = ref list.Node(ordinal);
        WriteNode(list.BytesOf(node), node.Start, node.End, writer.Listpack, writer);
    }

    private static void WriteNode(ReadOnlySpan<byte> run, int start, int end, ListpackWriter pack, RdbWriter writer)
    {
        writer.WriteLength(PackedNode);
        WriteRun(run, start, end, pack, writer);
    }

    private static void EncodeBlock(ReadOnlySpan<byte> block, RdbWriter writer)
    {
        ListpackWriter pack = writer.Listpack;
        WriteRun(block, PackedBlock.HeaderBytes, block.Length, pack, writer);
    }

    private static void WriteRun(ReadOnlySpan<byte> run, int start, int end, ListpackWriter pack, RdbWriter writer)
    {
        pack.Clear();
        for (int position = start; position < end; position = PackedBlock.Next(run, position))
            pack.Add(PackedBlock.Read(run, position));
        writer.WriteBytes(pack.Finish());
    }

    private static void EncodeIntset(ReadOnlySpan<byte> members, RdbWriter writer)
    {
        // The members are laid out as Redis does it; only the header differs.
        ReadOnlySpan<byte> body = members[IntegerSet.HeaderBytes..];
        int length = IntsetReader.HeaderBytes + body.Length;
        byte[] pack = ArrayPool<byte>.Shared.Rent(length);
        BinaryPrimitives.WriteInt32LittleEndian(pack, IntegerSet.Width(members));
        BinaryPrimitives.WriteInt32LittleEndian(pack.AsSpan(sizeof(int)), IntegerSet.Count(members));
        body.CopyTo(pack.AsSpan(IntsetReader.HeaderBytes));
        writer.WriteBytes(pack.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(pack);
    }

    private static void EncodeSet(Database database, Slot slot, RdbWriter writer)
    {
        writer.WriteLength(SetValue.Count(database, slot));
        SetMembers members = new(database, slot);
        while (members.MoveNext())
            writer.WriteString(members.Current);
    }

    // Downwards, as Redis does it: who reads it adds each member at the front.
    private static void EncodeSortedSet(RecordSortedSet set, RdbWriter writer)
    {
        writer.WriteLength(set.Count);
        SortedSetReader reader = set.Read(set.Count - 1, backward: true);
        while (reader.MoveNext())
        {
            writer.WriteString(reader.Member);
            writer.WriteDouble(reader.Score);
        }
    }

    private static void EncodeHash(Database database, Slot slot, RdbWriter writer, bool hasExpiries)
    {
        writer.WriteLength(HashValue.Count(database, slot));
        HashEntries entries = new(database, slot);
        while (entries.MoveNext())
        {
            writer.WriteString(entries.Field);
            writer.WriteString(entries.Value);
            if (hasExpiries)
                writer.WriteInt64(entries.ExpireAtMs);
        }
    }
}
