using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands that change a string in place, and reads that take it away or change its expiry.</summary>
internal static class StringChanges
{
    public static void Append(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        ReadOnlySpan<byte> tail = call.Args[2];
        int length = exists ? StringValue.Length(call.Database, slot) : 0;
        if (!StringLimit.Allows(ref call, length, tail.Length))
            return;
        if (exists)
            StringValue.Append(call.Database, ref slot, tail);
        else
            StringValue.Store(call.Database, call.Key, call.Hash, exists: false, ref slot, tail, expireAtMs: 0);
        call.Changed(ChangeClass.String, "append");
        call.Reply.Integer(length + tail.Length);
    }

    public static void SetRange(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long offset))
            return;
        if (offset < 0)
        {
            call.Reply.Error("ERR offset is out of range");
            return;
        }

        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        ReadOnlySpan<byte> piece = call.Args[3];
        int length = exists ? StringValue.Length(call.Database, slot) : 0;
        if (piece.IsEmpty)
        {
            call.Reply.Integer(length);
            return;
        }

        if (!StringLimit.Allows(ref call, offset, piece.Length))
            return;
        int end = (int)offset + piece.Length;
        Span<byte> value = OpenRaw(ref call, ref slot, exists, end);
        piece.CopyTo(value[(int)offset..]);
        call.Changed(ChangeClass.String, "setrange");
        call.Reply.Integer(value.Length);
    }

    public static void GetDel(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists) || !TryAnswer(ref call, slot, exists))
            return;
        call.Database.Remove(slot);
        call.Changed(ChangeClass.Generic, "del");
    }

    public static void GetEx(ref CommandCall call)
    {
        ExpireArgument expire = default;
        bool persist = false;
        for (int i = 2; i < call.Count; i++)
        {
            if (!expire.IsGiven && call.Args.Is(i, "PERSIST"))
            {
                persist = true;
            }
            else if (persist || !expire.TryTake(ref call, ref i))
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }
        }

        if (!persist && !expire.IsGiven)
        {
            StringReads.Get(ref call);
            return;
        }

        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        if (!exists)
            call.Reply.Null();
        else if (expire.TryResolve(ref call, out long expireAtMs) && TryAnswer(ref call, slot, exists))
            ChangeExpiry(ref call, ref slot, expireAtMs, expire.IsMoment);
    }

    /// <summary>The value of a key that may be absent as raw bytes of at least some length, to be written into.</summary>
    public static Span<byte> OpenRaw(ref CommandCall call, scoped ref Slot slot, bool exists, int lengthMin)
    {
        if (exists)
            return StringValue.OpenRaw(call.Database, ref slot, lengthMin);
        Span<byte> value = StringValue.StoreRaw(call.Database, call.Key, call.Hash, exists: false, ref slot, lengthMin, expireAtMs: 0);
        value.Clear();
        return value;
    }

    private static bool TryAnswer(ref CommandCall call, Slot slot, bool exists)
    {
        if (!exists)
        {
            call.Reply.Null();
            return false;
        }

        StringReply.Write(call.Reply, call.Database, slot);
        return true;
    }

    private static void ChangeExpiry(ref CommandCall call, ref Slot slot, long expireAtMs, bool isMoment)
    {
        Database database = call.Database;
        if (isMoment && expireAtMs <= database.Keyspace.DueMs)
        {
            database.Remove(slot);
            call.Changed(ChangeClass.Generic, "del");
        }
        else if (expireAtMs != 0)
        {
            database.SetExpireAtMs(ref slot, expireAtMs);
            call.Changed(ChangeClass.Generic, "expire");
        }
        else if (database.Table.ExpireAtMs(slot) != 0)
        {
            database.SetExpireAtMs(ref slot, 0);
            call.Changed(ChangeClass.Generic, "persist");
        }
    }
}
