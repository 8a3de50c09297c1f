using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>SET with all options (NX XX GET KEEPTTL EX PX EXAT PXAT), and the older commands that are SET with one of them.</summary>
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
    }

    public static void Set(ref CommandCall call)
    {
        Option options = Option.None;
        ExpireArgument expire = default;
        if (call.Count > 3 && !TryOptions(ref call, ref options, ref expire))
            return;
        if (!expire.TryResolve(ref call, out long expireAtMs))
            return;
        Database database = call.Database;
        bool exists = database.FindForWrite(call.Key, call.Hash, out Slot slot);
        if ((options & Option.Get) != 0 && exists && database.Table.Kind(slot) != ValueKind.String)
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        bool refused = (options & (exists ? Option.IfAbsent : Option.IfPresent)) != 0;
        AnswerBefore(ref call, options, exists, slot, refused);
        if (refused)
            return;
        if (exists && (options & Option.KeepTtl) != 0)
            expireAtMs = database.Table.ExpireAtMs(slot);
        StringValue.Store(database, call.Key, call.Hash, exists, ref slot, call.Args[2], expireAtMs);
        call.Changed(ChangeClass.String, "set");
        if (expire.IsGiven)
            call.Changed(ChangeClass.Generic, "expire");
    }

    public static void SetNx(ref CommandCall call)
    {
        bool exists = call.Database.FindForWrite(call.Key, call.Hash, out Slot slot);
        if (!exists)
        {
            StringValue.Store(call.Database, call.Key, call.Hash, exists: false, ref slot, call.Args[2], expireAtMs: 0);
            call.Changed(ChangeClass.String, "set");
        }

        call.Reply.Integer(exists ? 0 : 1);
    }

    public static void SetEx(ref CommandCall call) => SetWithExpiry(ref call, ExpireUnit.Seconds);

    public static void PSetEx(ref CommandCall call) => SetWithExpiry(ref call, ExpireUnit.Milliseconds);

    public static void GetSet(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        AnswerBefore(ref call, Option.Get, exists, slot, refused: false);
        StringValue.Store(call.Database, call.Key, call.Hash, exists, ref slot, call.Args[2], expireAtMs: 0);
        call.Changed(ChangeClass.String, "set");
    }

    private static void SetWithExpiry(ref CommandCall call, ExpireUnit unit)
    {
        if (!ExpireOption.TryRead(ref call, 2, unit, call.Descriptor.Name, out long expireAtMs))
            return;
        bool exists = call.Database.FindForWrite(call.Key, call.Hash, out Slot slot);
        StringValue.Store(call.Database, call.Key, call.Hash, exists, ref slot, call.Args[3], expireAtMs);
        call.Changed(ChangeClass.String, "set");
        call.Changed(ChangeClass.Generic, "expire");
        call.Reply.Ok();
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

        StringReply.Write(call.Reply, call.Database, slot);
    }

    private static bool TryOptions(ref CommandCall call, ref Option options, ref ExpireArgument expire)
    {
        for (int i = 3; i < call.Count; i++)
        {
            if (call.Args.Is(i, "NX") && (options & Option.IfPresent) == 0)
                options |= Option.IfAbsent;
            else if (call.Args.Is(i, "XX") && (options & Option.IfAbsent) == 0)
                options |= Option.IfPresent;
            else if (call.Args.Is(i, "GET"))
                options |= Option.Get;
            else if (call.Args.Is(i, "KEEPTTL") && !expire.IsGiven)
                options |= Option.KeepTtl;
            else if ((options & Option.KeepTtl) != 0 || !expire.TryTake(ref call, ref i))
                return Fail(ref call);
        }

        return true;
    }

    private static bool Fail(ref CommandCall call)
    {
        call.Reply.Error(Errors.Syntax);
        return false;
    }
}
