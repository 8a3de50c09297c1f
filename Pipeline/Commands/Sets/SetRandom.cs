using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>SRANDMEMBER and SPOP.</summary>
internal static class SetRandom
{
    public static void Look(ref CommandCall call)
    {
        bool hasCount = call.Count > 2;
        if (call.Count > 3)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        long count = 1;
        if ((hasCount && !RandomCount.TryRead(ref call, 2, out count)) || !call.FindForRead(ValueKind.Set, out Slot slot, out bool exists))
            return;
        MemberReply sink = new(call.Reply);
        if (!hasCount && exists)
            SetSample.Repeated(call.Database, slot, 1, ref sink);
        else if (!hasCount)
            call.Reply.Null();
        else if (!exists || count == 0)
            call.Reply.Array(0);
        else if (count > 0)
            WriteDistinct(ref call, slot, count);
        else
            WriteRepeated(ref call, slot, count);
    }

    public static void Pop(ref CommandCall call)
    {
        bool hasCount = call.Count > 2;
        if (call.Count > 3)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        long count = 1;
        if (hasCount && (!Numbers.TryInteger(call.Args[2], out count) || count < 0))
        {
            call.Reply.Error(Errors.MustBePositive);
            return;
        }

        if (!call.FindForWrite(ValueKind.Set, out Slot slot, out bool exists))
            return;
        if (!exists && !hasCount)
        {
            call.Reply.Null();
            return;
        }

        long size = exists ? SetValue.Count(call.Database, slot) : 0;
        count = Math.Min(count, size);
        if (hasCount)
            call.Reply.Set((int)count);
        if (count > 0)
            PopSome(ref call, slot, count, size);
    }

    private static void PopSome(ref CommandCall call, Slot slot, long count, long size)
    {
        if (count < size)
        {
            MemberReply sink = new(call.Reply);
            SetSample.Pop(call.Database, ref slot, count, ref sink);
            call.Changed(ChangeClass.Set, "spop");
            return;
        }

        SetReads.WriteAll(ref call, slot);
        call.Database.Remove(slot);
        call.Changed(ChangeClass.Set, "spop");
        call.Changed(ChangeClass.Generic, "del");
    }

    private static void WriteDistinct(ref CommandCall call, Slot slot, long count)
    {
        MemberReply sink = new(call.Reply);
        count = Math.Min(count, SetValue.Count(call.Database, slot));
        call.Reply.Array((int)count);
        SetSample.Distinct(call.Database, slot, count, ref sink);
    }

    private static void WriteRepeated(ref CommandCall call, Slot slot, long count)
    {
        MemberReply sink = new(call.Reply);
        int start = call.Reply.Length;
        if (!RandomCount.CanRepeat(ref call, ref count))
            return;
        call.Reply.Array((int)count);
        while (RandomCount.NextPart(ref call, start, ref count, out int part))
            SetSample.Repeated(call.Database, slot, part, ref sink);
    }
}
