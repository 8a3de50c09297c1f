using System.Globalization;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>
/// The count of HRANDFIELD, SRANDMEMBER and ZRANDMEMBER: so many different elements, or, if negative, so many picks of which some may be the same. The
/// number of picks has no bound in the container, so the reply is given one.
/// </summary>
internal static class RandomCount
{
    private const int ReplyBytesMax = 512 << 20;
    private const int PicksMax = ReplyBytesMax / 8;
    private const int PartPicks = 1024;

    private static readonly string NotWithin = string.Create(
        CultureInfo.InvariantCulture, $"ERR value is out of range, value must between {-long.MaxValue} and {long.MaxValue}");

    private static readonly string TooBig = $"ERR the reply would be bigger than {ReplyBytesMax >> 20} MB";

    /// <summary>Reads the count; false with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, int index, out long count)
    {
        if (!call.TryInteger(index, out count))
            return false;
        if (count != long.MinValue)
            return true;
        call.Reply.Error(NotWithin);
        return false;
    }

    /// <summary>Turns a negative count into the number of picks; false with an error written if their reply would be too big.</summary>
    public static bool CanRepeat(ref CommandCall call, ref long count)
    {
        count = -count;
        if (count <= PicksMax)
            return true;
        call.Reply.Error(TooBig);
        return false;
    }

    /// <summary>
    /// Takes the next part of the picks, to be written by the caller; false if none are left, or if the reply, which begins at <paramref name="start"/>, has
    /// become too big: then it is an error instead.
    /// </summary>
    public static bool NextPart(ref CommandCall call, int start, ref long count, out int part)
    {
        part = (int)Math.Min(count, PartPicks);
        count -= part;
        if (part == 0)
            return false;
        if (call.Reply.Length - start <= ReplyBytesMax)
            return true;
        call.Reply.Truncate(start);
        call.Reply.Error(TooBig);
        return false;
    }
}
