using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Commands that set, ask for and remove a key's expiry.</summary>
internal static class ExpireCommands
{
    private const long NoKey = -2;
    private const long NoExpiry = -1;

    [Flags]
    private enum Condition
    {
        None = 0,
        IfNone = 1,
        IfAny = 2,
        IfLater = 4,
        IfEarlier = 8,
    }

    public static void Expire(ref CommandCall call) => Set(ref call, ExpireUnit.Seconds);

    public static void PExpire(ref CommandCall call) => Set(ref call, ExpireUnit.Milliseconds);

    public static void ExpireAt(ref CommandCall call) => Set(ref call, ExpireUnit.AtSeconds);

    public static void PExpireAt(ref CommandCall call) => Set(ref call, ExpireUnit.AtMilliseconds);

    public static void Ttl(ref CommandCall call)
    {
        if (TryExpiry(ref call, out long atMs))
            call.Reply.Integer(ToSeconds(Math.Max(atMs - call.NowMs, 0)));
    }

    public static void PTtl(ref CommandCall call)
    {
        if (TryExpiry(ref call, out long atMs))
            call.Reply.Integer(Math.Max(atMs - call.NowMs, 0));
    }

    public static void ExpireTime(ref CommandCall call)
    {
        if (TryExpiry(ref call, out long atMs))
            call.Reply.Integer(ToSeconds(atMs));
    }

    public static void PExpireTime(ref CommandCall call)
    {
        if (TryExpiry(ref call, out long atMs))
            call.Reply.Integer(atMs);
    }

    public static void Persist(ref CommandCall call)
    {
        Database database = call.Database;
        bool had = database.FindForWrite(call.Key, call.Hash, out Slot slot) && database.Table.ExpireAtMs(slot) != 0;
        if (had)
        {
            database.SetExpireAtMs(ref slot, 0);
            call.Changed(ChangeClass.Generic, "persist");
        }

        call.Reply.Integer(had ? 1 : 0);
    }

    private static void Set(ref CommandCall call, ExpireUnit unit)
    {
        if (!TryConditions(ref call, out Condition conditions) || !call.TryInteger(2, out long value))
            return;
        if (!ExpireOption.TryToUnixMs(value, unit, call.NowMs, out long atMs))
        {
            call.Reply.Error(Errors.InvalidExpire(call.Descriptor.FullName));
            return;
        }

        Database database = call.Database;
        bool applies = database.FindForWrite(call.Key, call.Hash, out Slot slot) && Applies(conditions, database.Table.ExpireAtMs(slot), atMs);
        call.Reply.Integer(applies ? 1 : 0);
        if (!applies)
            return;
        if (atMs <= database.Keyspace.DueMs)
        {
            database.Remove(slot);
            call.Changed(ChangeClass.Generic, "del");
        }
        else
        {
            database.SetExpireAtMs(ref slot, atMs);
            call.Changed(ChangeClass.Generic, "expire");
        }
    }

    // A key without an expiry lives for ever: everything is earlier.
    private static bool Applies(Condition conditions, long currentMs, long atMs)
    {
        if ((conditions & Condition.IfNone) != 0 && currentMs != 0)
            return false;
        if ((conditions & Condition.IfAny) != 0 && currentMs == 0)
            return false;
        if ((conditions & Condition.IfLater) != 0 && (currentMs == 0 || atMs <= currentMs))
            return false;
        return (conditions & Condition.IfEarlier) == 0 || currentMs == 0 || atMs < currentMs;
    }

    private static bool TryConditions(ref CommandCall call, out Condition conditions)
    {
        conditions = Condition.None;
        for (int i = 3; i < call.Count; i++)
        {
            Condition condition = ConditionOf(call.Args[i]);
            if (condition == Condition.None)
            {
                call.Reply.Error("ERR Unsupported option " + Words.Text(call.Args[i]));
                return false;
            }

            conditions |= condition;
        }

        if ((conditions & Condition.IfNone) != 0 && conditions != Condition.IfNone)
            call.Reply.Error("ERR NX and XX, GT or LT options at the same time are not compatible");
        else if ((conditions & Condition.IfLater) != 0 && (conditions & Condition.IfEarlier) != 0)
            call.Reply.Error("ERR GT and LT options at the same time are not compatible");
        else
            return true;
        return false;
    }

    private static Condition ConditionOf(ReadOnlySpan<byte> word)
    {
        if (Words.Equal(word, "NX"))
            return Condition.IfNone;
        if (Words.Equal(word, "XX"))
            return Condition.IfAny;
        if (Words.Equal(word, "GT"))
            return Condition.IfLater;
        return Words.Equal(word, "LT") ? Condition.IfEarlier : Condition.None;
    }

    // False if the answer is written: there is no key or no expiry.
    private static bool TryExpiry(ref CommandCall call, out long atMs)
    {
        atMs = 0;
        bool exists = call.Database.Peek(call.Key, call.Hash, out Slot slot);
        if (exists)
            atMs = call.Database.Table.ExpireAtMs(slot);
        if (atMs != 0)
            return true;
        call.Reply.Integer(exists ? NoExpiry : NoKey);
        return false;
    }

    private static long ToSeconds(long ms) => (ms / 1000) + (ms % 1000 >= 500 ? 1 : 0);
}
