using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>SCARD, SISMEMBER, SMISMEMBER, SMEMBERS.</summary>
internal static class SetReads
{
    public static void Count(ref CommandCall call)
    {
        if (call.FindForRead(ValueKind.Set, out Slot slot, out bool exists))
            call.Reply.Integer(exists ? SetValue.Count(call.Database, slot) : 0);
    }

    public static void IsMember(ref CommandCall call)
    {
        if (call.FindForRead(ValueKind.Set, out Slot slot, out bool exists))
            call.Reply.Integer(exists && SetValue.Contains(call.Database, slot, call.Args[2]) ? 1 : 0);
    }

    public static void AreMembers(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.Set, out Slot slot, out bool exists))
            return;
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
            call.Reply.Integer(exists && SetValue.Contains(call.Database, slot, call.Args[i]) ? 1 : 0);
    }

    public static void Members(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.Set, out Slot slot, out bool exists))
            return;
        call.Reply.Set(exists ? (int)SetValue.Count(call.Database, slot) : 0);
        if (exists)
            WriteAll(ref call, slot);
    }

    /// <summary>Writes all members, without a header.</summary>
    public static void WriteAll(ref CommandCall call, Slot slot)
    {
        SetMembers members = new(call.Database, slot);
        while (members.MoveNext())
            call.Reply.Bulk(members.Current);
    }
}
