using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands that count.</summary>
internal static class StringCounters
{
    public static void Incr(ref CommandCall call) => Add(ref call, 1, "incrby");

    private static void Add(ref CommandCall call, long by, string eventName)
    {
        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        long number = 0;
        if (exists && !StringValue.TryInteger(call.Database, slot, out number))
        {
            call.Reply.Error(Errors.NotInteger);
            return;
        }

        if (by > 0 ? number > long.MaxValue - by : number < long.MinValue - by)
        {
            call.Reply.Error(Errors.Overflow);
            return;
        }

        number += by;
        if (!exists)
            slot = call.Database.Create(call.Key, call.Hash, ValueKind.String, ValueEncoding.Integer, sizeof(long));
        StringValue.StoreInteger(call.Database, ref slot, number);
        call.Changed(ChangeClass.String, eventName);
        call.Reply.Integer(number);
    }
}
