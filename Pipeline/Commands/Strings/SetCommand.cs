using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>SET with all options: NX XX GET KEEPTTL EX PX EXAT PXAT.</summary>
internal static class SetCommand
{
    [Flags]
    private enum Option
    {
        None = 0,
        IfAbsent = 1,
        IfPresent = 2,
        Get = 4,
        KeepTtl = 8,
        Expire = 16,
    }

    public static void Set(ref CommandCall call)
    {
        Option options = Option.None;
        long expireAtMs = 0;
        if (call.Count > 3 && !TryOptions(ref call, ref options, ref expireAtMs))
            return;
        Database database = call.Database;
        bool exists = database.FindForWrite(call.Key, call.Hash, out Slot slot);
        if ((options & Option.Get) != 0 && exists && database.Table.Kind(slot) != ValueKind.String)
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        bool refused = (exists && (options & Option.IfAbsent) != 0) || (!exists && (options & Option.IfPresent) != 0);
        AnswerBefore(ref call, options, exists, slot, refused);
        if (refused)
            return;
        if (exists && (options & Option.KeepTtl) != 0)
            expireAtMs = database.Table.ExpireAtMs(slot);
        StringValue.Store(database, call.Key, call.Hash, exists, ref slot, call.Args[2], expireAtMs);
        call.Changed(ChangeClass.String, "set");
        if ((options & Option.Expire) != 0)
            call.Changed(ChangeClass.Generic, "expire");
    }

    // With GET the answer is the old value, which is gone after the change: it is written first.
    private static void AnswerBefore(ref CommandCall call, Option options, bool exists, Slot slot, bool refused)
    {
        if ((options & Option.Get) == 0)
        {
            if (refused)
                call.Reply.Null();
            else
                call.Reply.Ok();
            return;
        }

        if (!exists)
        {
            call.Reply.Null();
            return;
        }

        Span<byte> scratch = stackalloc byte[IntegerText.BytesMax];
        call.Reply.Bulk(call.Database.StringBytes(slot, scratch));
    }

    private static bool TryOptions(ref CommandCall call, ref Option options, ref long expireAtMs)
    {
        for (int i = 3; i < call.Count; i++)
        {
            bool hasNext = i + 1 < call.Count;
            if (call.Args.Is(i, "NX") && (options & Option.IfPresent) == 0)
                options |= Option.IfAbsent;
            else if (call.Args.Is(i, "XX") && (options & Option.IfAbsent) == 0)
                options |= Option.IfPresent;
            else if (call.Args.Is(i, "GET"))
                options |= Option.Get;
            else if (call.Args.Is(i, "KEEPTTL") && (options & Option.Expire) == 0)
                options |= Option.KeepTtl;
            else if (hasNext && (options & (Option.KeepTtl | Option.Expire)) == 0 && ExpireOption.TryUnit(call.Args[i], out ExpireUnit unit))
            {
                options |= Option.Expire;
                if (!ExpireOption.TryRead(ref call, ++i, unit, "set", out expireAtMs))
                    return false;
            }
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }
}
