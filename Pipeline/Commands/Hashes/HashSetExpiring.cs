using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HSETEX: sets fields and their expiry, all or, on a condition, none.</summary>
internal static class HashSetExpiring
{
    [Flags]
    private enum Option
    {
        None = 0,
        IfNoneExists = 1,
        IfAllExist = 2,
        KeepExpiry = 4,
        Expire = 8,
    }

    public static void Set(ref CommandCall call)
    {
        if (!TryOptions(ref call, out Option options, out long atMs, out int first) || !HashKey.FindForWrite(ref call, out Slot slot, out bool exists))
            return;
        if (!IsMet(ref call, options, slot, exists, first))
        {
            call.Reply.Integer(0);
            return;
        }

        if (!exists)
            slot = HashValue.Create(call.Database, call.Key, call.Hash);
        HashValue.Reserve(call.Database, ref slot, (call.Count - first) / 2);
        bool removed = false;
        for (int i = first; i < call.Count; i += 2)
        {
            HashValue.Set(call.Database, ref slot, call.Args[i], call.Args[i + 1], (options & Option.KeepExpiry) != 0);
            if ((options & Option.Expire) != 0)
                removed |= HashExpiry.Set(call.Database, ref slot, call.Args[i], atMs, HashExpiryCondition.None) == HashExpiryResult.Removed;
        }

        Report(ref call, slot, options, removed);
        call.Reply.Integer(1);
    }

    private static void Report(ref CommandCall call, Slot slot, Option options, bool removed)
    {
        call.Changed(ChangeClass.Hash, "hset");
        if (removed)
            HashKey.Removed(ref call, slot);
        else if ((options & Option.Expire) != 0)
            call.Changed(ChangeClass.Hash, "hexpire");
    }

    private static bool IsMet(ref CommandCall call, Option options, Slot slot, bool exists, int first)
    {
        if ((options & (Option.IfNoneExists | Option.IfAllExist)) == 0)
            return true;
        bool wanted = (options & Option.IfAllExist) != 0;
        for (int i = first; i < call.Count; i += 2)
        {
            if ((exists && HashValue.TryGet(call.Database, slot, call.Args[i], out _)) != wanted)
                return false;
        }

        return true;
    }

    private static bool TryOptions(ref CommandCall call, out Option options, out long atMs, out int first)
    {
        options = Option.None;
        atMs = 0;
        first = 0;
        for (int i = 2; i < call.Count; i++)
        {
            if (call.Args.Is(i, "FIELDS"))
                return TryPairs(ref call, i, out first);
            Option option = Read(call.Args[i], out ExpireUnit unit);
            if (option == Option.None)
                return Fail(ref call, "ERR unknown argument: " + Words.Text(call.Args[i]));
            Option rivals = option <= Option.IfAllExist ? Option.IfNoneExists | Option.IfAllExist : Option.KeepExpiry | Option.Expire;
            if ((options & rivals) != 0)
            {
                return Fail(ref call, option <= Option.IfAllExist
                    ? "ERR Only one of FXX or FNX arguments can be specified"
                    : "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
            }

            options |= option;
            if (option != Option.Expire)
                continue;
            if (++i == call.Count)
                return Fail(ref call, "ERR missing expire time");
            if (!HashMoment.TryRead(ref call, i, unit, out atMs))
                return false;
        }

        return Fail(ref call, "ERR missing FIELDS argument");
    }

    private static Option Read(ReadOnlySpan<byte> word, out ExpireUnit unit)
    {
        if (ExpireOption.TryUnit(word, out unit))
            return Option.Expire;
        return Words.Equal(word, "FNX") ? Option.IfNoneExists
            : Words.Equal(word, "FXX") ? Option.IfAllExist
            : Words.Equal(word, "KEEPTTL") ? Option.KeepExpiry
            : Option.None;
    }

    private static bool TryPairs(ref CommandCall call, int index, out int first)
    {
        first = index + 2;
        if (first > call.Count || !Numbers.TryInteger(call.Args[index + 1], out long count) || count < 1)
            return Fail(ref call, "ERR invalid number of fields");
        return (count <= call.Count && 2 * count == call.Count - first) || Fail(ref call, "ERR wrong number of arguments");
    }

    private static bool Fail(ref CommandCall call, string error)
    {
        call.Reply.Error(error);
        return false;
    }
}
