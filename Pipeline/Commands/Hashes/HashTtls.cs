using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HTTL, HPTTL, HEXPIRETIME, HPEXPIRETIME: -2 for no field, -1 for no expiry, seconds rounded up.</summary>
internal static class HashTtls
{
    public static void Seconds(ref CommandCall call) => Write(ref call, call.NowMs, unitMs: 1000);

    public static void Milliseconds(ref CommandCall call) => Write(ref call, call.NowMs, unitMs: 1);

    public static void AtSeconds(ref CommandCall call) => Write(ref call, 0, unitMs: 1000);

    public static void AtMilliseconds(ref CommandCall call) => Write(ref call, 0, unitMs: 1);

    private static void Write(ref CommandCall call, long sinceMs, long unitMs)
    {
        if (!call.FindForRead(ValueKind.Hash, out Slot slot, out bool exists)
            || !HashFieldList.TryRead(ref call, 2, HashFieldList.NotPositive, out int first))
            return;
        call.Reply.Array(call.Count - first);
        for (int i = first; i < call.Count; i++)
        {
            if (!exists || !HashExpiry.TryGet(call.Database, slot, call.Args[i], out long atMs))
                call.Reply.Integer(-2);
            else
                call.Reply.Integer(atMs == 0 ? -1 : (atMs - sinceMs + unitMs - 1) / unitMs);
        }
    }
}
