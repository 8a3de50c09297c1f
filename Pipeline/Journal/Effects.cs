using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>Rewrites that several families share.</summary>
internal static class Effects
{
    /// <summary>The changed keys as they are now: for commands that replace whole values, and for those that read keys which they do not change.</summary>
    public static bool State(ref CommandCall call, int replyStart, EffectWriter effects) => false;

    /// <summary>The moment at which the first key now expires.</summary>
    public static bool Expiry(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (!call.Database.Table.TryFind(call.Key, call.Hash, out Slot slot))
            effects.Begin("DEL"u8, call.Key);
        else if (call.Database.Table.ExpireAtMs(slot) is not 0 and long atMs)
            effects.Begin("PEXPIREAT"u8, call.Key)?.Number(atMs);
        else
            effects.Begin("PERSIST"u8, call.Key);
        return true;
    }
}
