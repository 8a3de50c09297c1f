using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Transactions;

/// <summary>MULTI, EXEC, DISCARD, WATCH, UNWATCH.</summary>
internal static class TransactionCommands
{
    private const CommandFlags Own = NoScript | Loading | Stale | WhileBusy;

    public static CommandFamily Family { get; } = new("transactions",
    [
        new("multi", 1, Own | Fast | Inline | EndsMulti, KeySpec.None, Multi) { Summary = "Starts a transaction.", Since = "1.2.0" },
        new("exec", 1, NoScript | Loading | Stale | SkipSlowlog | EndsMulti, KeySpec.None, Exec)
        {
            Summary = "Executes all commands in a transaction.", Since = "1.2.0", Complexity = "Depends on commands in the transaction",
        },
        new("discard", 1, Own | Fast | Inline | EndsMulti, KeySpec.None, Discard)
        {
            Summary = "Discards a transaction.", Since = "2.0.0", Complexity = "O(N), when N is the number of queued commands",
        },
        new("watch", -2, Own | Fast | EndsMulti | EndsBatch, KeySpec.All, Watch)
        {
            Summary = "Monitors changes to keys to determine the execution of a transaction.", Since = "2.2.0", Complexity = "O(1) for every key.",
        },
        new("unwatch", 1, Own | Fast | Inline, KeySpec.None, Unwatch) { Summary = "Forgets about watched keys of a transaction.", Since = "2.2.0" },
    ]);

    private static void Multi(ref CommandCall call)
    {
        if (call.Client.Session.Queue is not null)
        {
            call.Reply.Error("ERR MULTI calls can not be nested");
            return;
        }

        call.Client.Session.OpenQueue();
        call.Reply.Ok();
    }

    private static void Exec(ref CommandCall call)
    {
        if (call.Queue is { } queue)
            queue.Run(call.Reply, call.DatabaseIndex, call.CachingGiven);
        else
            call.Reply.Error("ERR EXEC without MULTI");
    }

    private static void Discard(ref CommandCall call)
    {
        if (call.Client.Session.Queue is null)
        {
            call.Reply.Error("ERR DISCARD without MULTI");
            return;
        }

        call.Client.Session.DropTransaction();
        call.Reply.Ok();
    }

    private static void Watch(ref CommandCall call)
    {
        Session session = call.Client.Session;
        if (session.Queue is not null)
        {
            call.Reply.Error("ERR WATCH inside MULTI is not allowed");
            return;
        }

        WatchTicket ticket = session.Watched ??= new WatchTicket();
        for (int i = 1; i < call.Count; i++)
        {
            Database database = call.Locate(call.Args[i], out ulong hash);
            ticket.Add(call.Engine.Shards[KeyHash.ShardOf(hash, call.Engine.Shards.Length)], database, call.Args[i], hash);
        }

        call.Reply.Ok();
    }

    private static void Unwatch(ref CommandCall call)
    {
        call.Client.Session.Unwatch();
        call.Reply.Ok();
    }
}
