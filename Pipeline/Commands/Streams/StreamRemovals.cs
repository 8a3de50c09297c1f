using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XTRIM, XDEL. A stream that has become empty stays: its last id and its groups count.</summary>
internal static class StreamRemovals
{
    /// <summary>XTRIM key MAXLEN | MINID [= | ~] threshold [LIMIT count].</summary>
    public static void Trim(ref CommandCall call)
    {
        if (!StreamAddOptions.TryRead(ref call, isAdd: false, out StreamAddOptions options, out _))
            return;
        if (!call.FindForWrite(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        long removed = exists ? call.Database.Object<StreamValue>(slot).Trim(options.Trim) : 0;
        if (removed > 0)
            call.Changed(ChangeClass.Stream, "xtrim");
        call.Reply.Integer(removed);
    }

    /// <summary>XDEL key id [id ...].</summary>
    public static void Remove(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Integer(0);
            return;
        }

        for (int i = 2; i < call.Count; i++)
        {
            if (!StreamIds.TryRead(ref call, i, out _))
                return;
        }

        StreamValue stream = call.Database.Object<StreamValue>(slot);
        long removed = 0;
        for (int i = 2; i < call.Count; i++)
        {
            if (StreamIds.TryParse(call.Args[i], 0, out StreamId id) && stream.Remove(id))
                removed++;
        }

        if (removed > 0)
        {
            stream.SettleFirst();
            call.Changed(ChangeClass.Stream, "xdel");
        }

        call.Reply.Integer(removed);
    }
}
