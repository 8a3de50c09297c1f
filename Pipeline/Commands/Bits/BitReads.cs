using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Bits;

/// <summary>GETBIT, BITCOUNT, BITPOS.</summary>
internal static class BitReads
{
    public static void GetBit(ref CommandCall call)
    {
        if (!BitOffset.TryRead(ref call, 2, out long offset) || !call.FindForRead(ValueKind.String, out Slot slot, out bool exists))
            return;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        call.Reply.Integer(exists && BitString.Get(call.Database.StringBytes(slot, scratch), offset) ? 1 : 0);
    }

    // As in Redis 7, an absent key counts 0 whatever the other arguments are.
    public static void BitCount(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.String, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Integer(0);
            return;
        }

        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> value = call.Database.StringBytes(slot, scratch);
        long start = 0;
        long end = -1;
        bool inBits = false;
        if (call.Count > 2 && !(HasRange(ref call) && call.TryInteger(2, out start) && call.TryInteger(3, out end) && TryUnit(ref call, 4, out inBits)))
            return;
        (long first, long last) = InBits(start, end, value.Length, inBits);
        call.Reply.Integer(ByteRange.IsBackwards(start, end) || first > last ? 0 : BitString.Count(value, first, last));
    }

    public static void BitPos(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long bit))
            return;
        if (bit is not (0 or 1))
        {
            call.Reply.Error("ERR The bit argument must be 1 or 0.");
            return;
        }

        if (!call.FindForRead(ValueKind.String, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Integer(bit == 1 ? -1 : 0);
            return;
        }

        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        FindBit(ref call, call.Database.StringBytes(slot, scratch), bit == 1);
    }

    private static void FindBit(ref CommandCall call, scoped ReadOnlySpan<byte> value, bool bit)
    {
        long start = 0;
        long end = -1;
        bool inBits = false;
        if (call.Count > 6)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (call.Count > 3 && !call.TryInteger(3, out start))
            return;
        if (call.Count > 5 && !TryUnit(ref call, 5, out inBits))
            return;
        if (call.Count > 4 && !call.TryInteger(4, out end))
            return;
        (long first, long last) = InBits(start, end, value.Length, inBits);
        long position = first > last ? -1 : BitString.Find(value, bit, first, last);

        // Without an end the string is thought to go on with zeros.
        if (position < 0 && !bit && call.Count < 5 && first <= last)
            position = (long)value.Length * 8;
        call.Reply.Integer(position);
    }

    private static (long First, long Last) InBits(long start, long end, int bytes, bool inBits)
    {
        (long first, long last) = ByteRange.Clip(start, end, inBits ? bytes * 8L : bytes);
        return inBits || first > last ? (first, last) : (first * 8, (last * 8) + 7);
    }

    private static bool HasRange(ref CommandCall call)
    {
        if (call.Count is 4 or 5)
            return true;
        call.Reply.Error(Errors.Syntax);
        return false;
    }

    private static bool TryUnit(ref CommandCall call, int index, out bool inBits)
    {
        inBits = index < call.Count && call.Args.Is(index, "BIT");
        if (inBits || index >= call.Count || call.Args.Is(index, "BYTE"))
            return true;
        call.Reply.Error(Errors.Syntax);
        return false;
    }
}
