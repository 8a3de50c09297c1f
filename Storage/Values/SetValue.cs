using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Sets in records: a sorted block while all members are integers and few, one packed block while they are few and short, a <see cref="SetTableValue"/> from
/// then on (<see cref="SetLimits"/>). A set does not go back to a smaller form.
/// </summary>
public static class SetValue
{
    /// <summary>Makes an absent key an empty set that suits its first member and the number that is expected.</summary>
    public static Slot Create(Database database, ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> first, int expected = 1)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (expected <= SetLimits.IntegersMax && IntegerText.TryParse(first, out _))
        {
            Slot slot = database.Create(key, hash, ValueKind.Set, ValueEncoding.IntegerSet, IntegerSet.HeaderBytes);
            database.Table.Value(slot)[0] = IntegerSet.WidthMin;
            return slot;
        }

        return expected <= SetLimits.MembersMax
            ? PackedRecord.Create(database, key, hash, ValueKind.Set)
            : database.CreateObject(key, hash, new SetTableValue(database.Keyspace));
    }

    /// <summary>Members.</summary>
    public static long Count(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Table.Encoding(slot) switch
        {
            ValueEncoding.IntegerSet => IntegerSet.Count(database.Table.Value(slot)),
            ValueEncoding.Packed => PackedBlock.Count(database.Table.Value(slot)),
            _ => Table(database, slot).Count,
        };
    }

    /// <summary>Whether a member is there.</summary>
    public static bool Contains(Database database, Slot slot, ReadOnlySpan<byte> member)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Table.Encoding(slot) switch
        {
            ValueEncoding.IntegerSet => IntegerText.TryParse(member, out long number) && IntegerSet.TryFind(database.Table.Value(slot), number, out _),
            ValueEncoding.Packed => PackedBlock.Find(database.Table.Value(slot), member) >= 0,
            _ => Table(database, slot).Contains(member),
        };
    }

    /// <summary>Adds a member; false if it was there.</summary>
    public static bool Add(Database database, ref Slot slot, ReadOnlySpan<byte> member)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Table.Encoding(slot) switch
        {
            ValueEncoding.IntegerSet => AddToIntegers(database, ref slot, member),
            ValueEncoding.Packed => AddToPacked(database, ref slot, member),
            _ => Table(database, slot).Add(member),
        };
    }

    /// <summary>Removes a member; false if it was not there. The set may be empty then, and the caller removes its key.</summary>
    public static bool Remove(Database database, ref Slot slot, ReadOnlySpan<byte> member)
    {
        ArgumentNullException.ThrowIfNull(database);
        switch (database.Table.Encoding(slot))
        {
            case ValueEncoding.IntegerSet:
                if (!IntegerText.TryParse(member, out long number) || !IntegerSet.TryFind(database.Table.Value(slot), number, out int index))
                    return false;
                RemoveAt(database, ref slot, index);
                return true;
            case ValueEncoding.Packed:
                int position = PackedBlock.Find(database.Table.Value(slot), member);
                if (position < 0)
                    return false;
                PackedRecord.Remove(database, ref slot, position);
                return true;
            default:
                return Table(database, slot).Remove(member);
        }
    }

    /// <summary>Removes the member at an index of a sorted block or of a packed one.</summary>
    internal static void RemoveAt(Database database, ref Slot slot, int index)
    {
        Span<byte> block = database.Table.Value(slot);
        if (database.Table.Encoding(slot) == ValueEncoding.Packed)
        {
            PackedRecord.Remove(database, ref slot, PackedBlock.PositionOf(block, index));
            return;
        }

        IntegerSet.RemoveAt(block, index);
        database.Table.ResizeValue(ref slot, block.Length - IntegerSet.Width(block));
    }

    /// <summary>The big form of a set that has it.</summary>
    public static SetTableValue Table(Database database, Slot slot) => database.Object<SetTableValue>(slot);

    private static bool AddToIntegers(Database database, ref Slot slot, ReadOnlySpan<byte> member)
    {
        Span<byte> block = database.Table.Value(slot);
        int count = IntegerSet.Count(block);
        if (!IntegerText.TryParse(member, out long number))
        {
            bool fits = count < SetLimits.MembersMax && Math.Max(member.Length, LongestText(block)) <= SetLimits.MemberBytesMax;
            if (!fits)
                return ToTable(database, ref slot).Add(member);
            ToPacked(database, ref slot);
            return AddToPacked(database, ref slot, member);
        }

        if (IntegerSet.TryFind(block, number, out int index))
            return false;
        if (count >= SetLimits.IntegersMax)
            return ToTable(database, ref slot).Add(member);
        int width = Math.Max(IntegerSet.Width(block), IntegerSet.WidthOf(number));
        block = database.Table.ResizeValue(ref slot, IntegerSet.BytesOf(count + 1, width));
        if (width != IntegerSet.Width(block))
            IntegerSet.Widen(block, count, width);
        IntegerSet.Insert(block, count, index, number);
        return true;
    }

    private static bool AddToPacked(Database database, ref Slot slot, ReadOnlySpan<byte> member)
    {
        ReadOnlySpan<byte> block = database.Table.Value(slot);
        if (PackedBlock.Find(block, member) >= 0)
            return false;
        if (PackedBlock.Count(block) >= SetLimits.MembersMax || member.Length > SetLimits.MemberBytesMax)
            return ToTable(database, ref slot).Add(member);
        PackedRecord.Insert(database, ref slot, block.Length, member);
        return true;
    }

    private static int LongestText(ReadOnlySpan<byte> block)
    {
        int count = IntegerSet.Count(block);
        return count == 0 ? 0 : Math.Max(IntegerText.LengthOf(IntegerSet.At(block, 0)), IntegerText.LengthOf(IntegerSet.At(block, count - 1)));
    }

    private static void ToPacked(Database database, ref Slot slot)
    {
        int count = IntegerSet.Count(database.Table.Value(slot));
        byte[] packed = ArrayPool<byte>.Shared.Rent(PackedBlock.HeaderBytes + (count * PackedBlock.EntryBytes(IntegerText.BytesMax)));
        int length = PackedBlock.HeaderBytes;
        SetMembers members = new(database, slot);
        while (members.MoveNext())
            length = PackedBlock.Write(packed, length, members.Current);
        PackedBlock.SetCount(packed, count);
        packed.AsSpan(0, length).CopyTo(database.PutBytes(ref slot, ValueKind.Set, ValueEncoding.Packed, length));
        ArrayPool<byte>.Shared.Return(packed);
    }

    private static SetTableValue ToTable(Database database, ref Slot slot)
    {
        SetTableValue table = new(database.Keyspace);
        SetMembers members = new(database, slot);
        while (members.MoveNext())
            table.Add(members.Current);
        database.PutObject(ref slot, table);
        return table;
    }
}
