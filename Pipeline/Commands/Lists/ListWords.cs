using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>Words of list commands: the ends, the events, and the report after elements were taken out.</summary>
internal static class ListWords
{
    /// <summary>The event of a push at an end.</summary>
    public static string PushEvent(ListEnd end) => end == ListEnd.Left ? "lpush" : "rpush";

    /// <summary>The event of a pop at an end.</summary>
    public static string PopEvent(ListEnd end) => end == ListEnd.Left ? "lpop" : "rpop";

    /// <summary>Reads LEFT or RIGHT; false with a syntax error written.</summary>
    public static bool TryEnd(ref CommandCall call, int index, out ListEnd end)
    {
        end = ListEnd.Left;
        if (call.Args.Is(index, "LEFT"))
            return true;
        end = ListEnd.Right;
        if (call.Args.Is(index, "RIGHT"))
            return true;
        call.Reply.Error(Errors.Syntax);
        return false;
    }

    /// <summary>Reports that elements were taken out; a list without elements goes, which is reported too.</summary>
    public static void Removed(Database database, ReadOnlySpan<byte> key, scoped ref RecordList list, string eventName)
    {
        bool gone = list.RemoveIfEmpty();
        database.Changed(key, ChangeClass.List, eventName);
        if (gone)
            database.Changed(key, ChangeClass.Generic, "del");
    }
}
