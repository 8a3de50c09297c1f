using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>Moments of expiry as the commands on fields take them: they may have passed, but not be negative nor beyond 2^46 milliseconds.</summary>
internal static class HashMoment
{
    /// <summary>Reads the number at <paramref name="index"/> as Unix milliseconds; false with Redis's error written.</summary>
    public static bool TryRead(ref CommandCall call, int index, ExpireUnit unit, out long atMs)
    {
        if (!call.TryInteger(index, out atMs))
            return false;
        if (atMs < 0)
        {
            call.Reply.Error("ERR invalid expire time, must be >= 0");
            return false;
        }

        if (ExpireOption.TryToUnixMs(atMs, unit, call.NowMs, out atMs) && atMs <= HashExpiry.AtMsMax)
            return true;
        call.Reply.Error(Errors.InvalidExpire(call.Descriptor.Name));
        return false;
    }
}
