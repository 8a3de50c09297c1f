using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>LPUSH, RPUSH, LPUSHX, RPUSHX.</summary>
internal static class ListPushes
{
    public static void PushLeft(ref CommandCall call) => Push(ref call, ListEnd.Left, createsKey: true);

    public static void PushRight(ref CommandCall call) => Push(ref call, ListEnd.Right, createsKey: true);

    public static void PushLeftIfExists(ref CommandCall call) => Push(ref call, ListEnd.Left, createsKey: false);

    public static void PushRightIfExists(ref CommandCall call) => Push(ref call, ListEnd.Right, createsKey: false);

    private static void Push(ref CommandCall call, ListEnd end, bool createsKey)
    {
        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists && !createsKey)
        {
            call.Reply.Integer(0);
            return;
        }

        RecordList list = exists ? new RecordList(call.Database, slot) : RecordList.Create(call.Database, call.Key, call.Hash);
        for (int i = 2; i < call.Count; i++)
            list.Push(end, call.Args[i]);
        call.Changed(ChangeClass.List, ListWords.PushEvent(end));
        call.Reply.Integer(list.Count);
    }
}
