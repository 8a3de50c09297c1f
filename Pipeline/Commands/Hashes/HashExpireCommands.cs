using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT, HPERSIST.</summary>
internal static class HashExpireCommands
{
    public static void InSeconds(ref CommandCall call) => Expire(ref call, ExpireUnit.Seconds);

    public static void InMilliseconds(ref CommandCall call) => Expire(ref call, ExpireUnit.Milliseconds);

    public static void AtSeconds(ref CommandCall call) => Expire(ref call, ExpireUnit.AtSeconds);

    public static void AtMilliseconds(ref CommandCall call) => Expire(ref call, ExpireUnit.AtMilliseconds);

    public static void Persist(ref CommandCall call)
    {
        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists)
            || !HashFieldList.TryRead(ref call, 2, HashFieldList.NotPositive, out int first))
            return;
        call.Reply.Array(call.Count - first);
        bool changed = false;
        for (int i = first; i < call.Count; i++)
        {
            if (!exists || !HashExpiry.TryGet(call.Database, slot, call.Args[i], out long atMs))
            {
                call.Reply.Integer(-2);
            }
            else if (atMs == 0)
            {
                call.Reply.Integer(-1);
            }
            else
            {
                HashExpiry.Remove(call.Database, slot, call.Args[i]);
                call.Reply.Integer(1);
                changed = true;
            }
        }

        if (changed)
            call.Changed(ChangeClass.Hash, "hpersist");
    }

    // The type is checked first, as Redis does.
    private static void Expire(ref CommandCall call, ExpireUnit unit)
    {
        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists) || !HashMoment.TryRead(ref call, 2, unit, out long atMs))
            return;
        bool hasCondition = TryCondition(call.Args[3], out HashExpiryCondition condition);
        if (!HashFieldList.TryRead(ref call, hasCondition ? 4 : 3, HashFieldList.NotAboveZero, out int first))
            return;
        call.Reply.Array(call.Count - first);
        bool set = false;
        bool removed = false;
        for (int i = first; i < call.Count; i++)
        {
            HashExpiryResult result = exists
                ? HashExpiry.Set(call.Database, ref slot, call.Args[i], atMs, condition)
                : HashExpiryResult.NoField;
            call.Reply.Integer((int)result);
            set |= result == HashExpiryResult.Set;
            removed |= result == HashExpiryResult.Removed;
        }

        if (set)
            call.Changed(ChangeClass.Hash, "hexpire");
        if (removed)
            HashKey.Removed(ref call, slot);
    }

    private static bool TryCondition(ReadOnlySpan<byte> word, out HashExpiryCondition condition)
    {
        condition = Words.Equal(word, "NX") ? HashExpiryCondition.IfNone
            : Words.Equal(word, "XX") ? HashExpiryCondition.IfAny
            : Words.Equal(word, "GT") ? HashExpiryCondition.IfLater
            : Words.Equal(word, "LT") ? HashExpiryCondition.IfEarlier
            : HashExpiryCondition.None;
        return condition != HashExpiryCondition.None;
    }
}
