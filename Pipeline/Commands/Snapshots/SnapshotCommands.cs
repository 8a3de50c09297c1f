using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Snapshots;

/// <summary>SAVE, BGSAVE, LASTSAVE; and DEBUG RELOAD, which is in DEBUG's container.</summary>
internal static class SnapshotCommands
{
    private const string InProgress = "ERR Background save already in progress";
    private const string NoDisk = "ERR this store has no disk: it runs without a server";

    public static CommandFamily Family { get; } = new("server",
    [
        new("save", -1, Admin | NoScript | NoMulti, KeySpec.None, Save) { Summary = "Saves the data to disk and answers when they are there: [RDB|DF [name]]. Other clients are served meanwhile.", Complexity = "O(N) where N is the total number of keys in all databases" },
        new("bgsave", -1, Admin | NoScript | NoMulti, KeySpec.None, BackgroundSave) { Summary = "Begins to save the data to disk: [SCHEDULE] [RDB|DF [name]].", Complexity = "O(1)" },
        new("lastsave", 1, Loading | Stale | Fast, KeySpec.None, LastSave) { Summary = "Returns the Unix timestamp of the last successful save to disk.", Categories = ["admin", "dangerous"] },
    ]);

    /// <summary>DEBUG RELOAD [NOSAVE] [NOFLUSH] [MERGE]: saves, empties the store, and loads what was saved.</summary>
    public static void Reload(ref CommandCall call)
    {
        bool save = true, flush = true;
        for (int i = 2; i < call.Count; i++)
        {
            if (call.Args.Is(i, "NOSAVE"))
                save = false;
            else if (call.Args.Is(i, "NOFLUSH"))
                flush = false;
            else if (!call.Args.Is(i, "MERGE"))
            {
                call.Reply.Error("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
                return;
            }
        }

        if (call.Engine.Snapshots is not { } snapshots)
        {
            call.Reply.Error(NoDisk);
            return;
        }

        DeferredReply deferred = call.Client.Session.Defer();
        if (!snapshots.TryReload(save, flush, error => Answer(deferred, error, "ERR Error trying to load the RDB dump, check server logs: ")))
            deferred.TryComplete(static reply => reply.Error(InProgress));
    }

    private static void Save(ref CommandCall call)
    {
        if (!TryRequest(ref call, 1, out SnapshotRequest? request))
            return;
        DeferredReply deferred = call.Client.Session.Defer();
        if (!call.Engine.Snapshots!.TryBegin(request!, error => Answer(deferred, error, "ERR ")))
            deferred.TryComplete(static reply => reply.Error(InProgress));
    }

    private static void BackgroundSave(ref CommandCall call)
    {
        bool schedule = call.Count > 1 && call.Args.Is(1, "SCHEDULE");
        if (!TryRequest(ref call, schedule ? 2 : 1, out SnapshotRequest? request))
            return;
        SnapshotService snapshots = call.Engine.Snapshots!;
        if (snapshots.TryBegin(request!, static _ => { }))
            call.Reply.Simple("Background saving started");
        else if (!schedule || !snapshots.TrySchedule(request!))
            call.Reply.Error(InProgress);
        else
            call.Reply.Simple("Background saving scheduled");
    }

    private static void LastSave(ref CommandCall call)
        => call.Reply.Integer((call.Engine.Snapshots?.Status.LastSaveMs ?? call.Engine.StartedAtMs) / 1000);

    // Redis knows no words behind SAVE; Dragonfly takes the kind of file and a name.
    private static bool TryRequest(ref CommandCall call, int first, out SnapshotRequest? request)
    {
        request = null;
        SnapshotFormat? format = call.Count <= first ? null : call.Args.Is(first, "RDB") ? SnapshotFormat.Rdb : SnapshotFormat.Df;
        if (call.Count > first + 2 || (format == SnapshotFormat.Df && !call.Args.Is(first, "DF")))
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        string? name = call.Count == first + 2 ? Words.Text(call.Args[first + 1]) : null;
        if (name is not null && (name.Length == 0 || !FileNameKind.IsName(name)))
        {
            call.Reply.Error("ERR the name of a snapshot can't be a path, just a filename");
            return false;
        }

        if (call.Engine.Snapshots is null)
        {
            call.Reply.Error(NoDisk);
            return false;
        }

        request = new SnapshotRequest($"client {call.Client.Id}", name, format);
        return true;
    }

    private static void Answer(DeferredReply deferred, string? error, string prefix)
    {
        if (error is null)
            deferred.TryComplete(static reply => reply.Ok());
        else
            deferred.TryComplete(reply => reply.Error(prefix + error));
    }
}
