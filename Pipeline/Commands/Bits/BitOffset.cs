using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Pipeline.Commands.Bits;

/// <summary>Bit offsets as SETBIT and BITFIELD take them; no string may become longer than proto-max-bulk-len.</summary>
internal static class BitOffset
{
    /// <summary>Reads an offset; with <paramref name="fieldBits"/>, "#n" is the n-th field of that width. False with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, int index, out long offset, int fieldBits = 0)
    {
        ReadOnlySpan<byte> text = call.Args[index];
        bool counted = fieldBits > 0 && text.Length > 0 && text[0] == '#';
        long bytesMax = Math.Min(call.Engine.Config.Get(StoreOptions.ProtoMaxBulkLength), int.MaxValue);
        if (Numbers.TryInteger(counted ? text[1..] : text, out offset))
        {
            Int128 scaled = (Int128)offset * (counted ? fieldBits : 1);
            offset = (long)scaled;
            if (scaled >= 0 && scaled >> 3 < bytesMax)
                return true;
        }

        call.Reply.Error("ERR bit offset is not an integer or out of range");
        return false;
    }
}
