using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Scripting;

/// <summary>EVAL and its sisters, SCRIPT; FCALL and FUNCTION stand beside it.</summary>
internal static class ScriptingCommands
{
    private const string Depends = "Depends on the script that is executed.";
    private const string NoMatch = "NOSCRIPT No matching script. Please use EVAL.";
    private const CommandFlags Running = NoScript | Stale | SkipMonitor | MayReplicate;
    private const CommandFlags Asking = NoScript;

    public static CommandFamily Family { get; } = new("scripting",
    [
        new("eval", -3, Running, KeySpec.Counted(2), Eval) { Summary = "Executes a server-side Lua script.", Since = "2.6.0", Complexity = Depends, NeedsAllShards = EvalNeedsAll },
        new("evalsha", -3, Running, KeySpec.Counted(2), EvalSha) { Summary = "Executes a server-side Lua script by SHA1 digest.", Since = "2.6.0", Complexity = Depends, NeedsAllShards = EvalShaNeedsAll },
        new("eval_ro", -3, Running | ReadOnly, KeySpec.Counted(2), EvalReadOnly) { Summary = "Executes a read-only server-side Lua script.", Since = "7.0.0", Complexity = Depends, NeedsAllShards = EvalNeedsAll },
        new("evalsha_ro", -3, Running | ReadOnly, KeySpec.Counted(2), EvalShaReadOnly) { Summary = "Executes a read-only server-side Lua script by SHA1 digest.", Since = "7.0.0", Complexity = Depends, NeedsAllShards = EvalShaNeedsAll },
        new("script", NoScript,
            new("load", 3, Asking | Stale, KeySpec.None, Load) { Summary = "Loads a server-side Lua script to the script cache.", Since = "2.6.0", Complexity = "O(N) with N being the length in bytes of the script body." },
            new("exists", -3, Asking, KeySpec.None, Exists) { Summary = "Determines whether server-side Lua scripts exist in the script cache.", Since = "2.6.0", Complexity = "O(N) with N being the number of scripts to check" },
            new("flush", -2, Asking, KeySpec.None, Flush) { Summary = "Removes all server-side Lua scripts from the script cache.", Since = "2.6.0", Complexity = "O(N) with N being the number of scripts in cache" },
            new("kill", 2, Asking | Inline | WhileBusy, KeySpec.None, Kill) { Summary = "Terminates a server-side Lua script during execution.", Since = "2.6.0" },
            new("debug", 3, Asking, KeySpec.None, Debug) { Summary = "Sets the debug mode of server-side Lua scripts.", Since = "3.2.0" },
            new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "5.0.0" }),
        .. FunctionCalls.Commands,
        FunctionCommands.Function,
    ]);

    private static void Eval(ref CommandCall call) => Run(ref call, call.Engine.Scripts.Cache.Add(call.Args[1]), readOnly: false);

    private static void EvalReadOnly(ref CommandCall call) => Run(ref call, call.Engine.Scripts.Cache.Add(call.Args[1]), readOnly: true);

    private static void EvalSha(ref CommandCall call) => Run(ref call, call.Engine.Scripts.Cache.Find(call.Args[1]), readOnly: false);

    private static void EvalShaReadOnly(ref CommandCall call) => Run(ref call, call.Engine.Scripts.Cache.Find(call.Args[1]), readOnly: true);

    // With one shard there is nothing to choose.
    private static bool EvalNeedsAll(StoreEngine engine, ArgView args) => engine.Shards.Length == 1 || engine.Scripts.RunsGlobally(engine.Scripts.Cache.Add(args[1]));

    private static bool EvalShaNeedsAll(StoreEngine engine, ArgView args) => engine.Scripts.RunsGlobally(engine.Scripts.Cache.Find(args[1]));

    private static void Run(ref CommandCall call, Script? script, bool readOnly)
    {
        if (!call.TryInteger(2, out long keys))
            return;
        if (keys > call.Count - ScriptRun.FirstKey)
            call.Reply.Error("ERR Number of keys can't be greater than number of args");
        else if (keys < 0)
            call.Reply.Error("ERR Number of keys can't be negative");
        else if (script is null)
            call.Reply.Error(NoMatch);
        else
            call.Engine.Scripts.Run(script, ref call, (int)keys, readOnly);
    }

    private static void Load(ref CommandCall call)
    {
        Script script = call.Engine.Scripts.Cache.Add(call.Args[2]);
        if (call.Engine.Scripts.Check(script) is { } error)
            call.Reply.Error(error);
        else
            call.Reply.Bulk(script.Sha);
    }

    private static void Exists(ref CommandCall call)
    {
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
            call.Reply.Integer(call.Engine.Scripts.Cache.Find(call.Args[i]) is null ? 0 : 1);
    }

    private static void Flush(ref CommandCall call)
    {
        if (call.Count > 3 || (call.Count == 3 && !call.Args.Is(2, "ASYNC") && !call.Args.Is(2, "SYNC")))
        {
            call.Reply.Error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
            return;
        }

        call.Engine.Scripts.Cache.Clear();
        call.Reply.Ok();
    }

    private static void Kill(ref CommandCall call)
    {
        if (call.Engine.Scripts.Control.Kill(functions: false) is { } error)
            call.Reply.Error(error);
        else
            call.Reply.Ok();
    }

    // The debugger is a mode of redis-cli against redis-server; off is what there is.
    private static void Debug(ref CommandCall call)
    {
        if (call.Args.Is(2, "NO"))
            call.Reply.Ok();
        else if (call.Args.Is(2, "YES") || call.Args.Is(2, "SYNC"))
            call.Reply.Error("ERR the Lua debugger is not available");
        else
            call.Reply.Error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
    }
}
