using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Scripting;

/// <summary>FCALL and FCALL_RO.</summary>
internal static class FunctionCalls
{
    private const string Depends = "Depends on the function that is executed.";

    public static CommandDescriptor[] Commands { get; } =
    [
        new("fcall", -3, NoScript | Stale | SkipMonitor | MayReplicate, KeySpec.Counted(2), Call) { Summary = "Invokes a function.", Since = "7.0.0", Complexity = Depends, NeedsAllShards = NeedsAll },
        new("fcall_ro", -3, NoScript | Stale | SkipMonitor | ReadOnly, KeySpec.Counted(2), CallReadOnly) { Summary = "Invokes a read-only function.", Since = "7.0.0", Complexity = Depends, NeedsAllShards = NeedsAll },
    ];

    private static bool NeedsAll(StoreEngine engine, ArgView args) => engine.Scripts.RunsGlobally(engine.Scripts.Functions.Catalog.Find(args[1]));

    private static void Call(ref CommandCall call) => Run(ref call, readOnly: false);

    private static void CallReadOnly(ref CommandCall call) => Run(ref call, readOnly: true);

    private static void Run(ref CommandCall call, bool readOnly)
    {
        if (call.Engine.Scripts.Functions.Catalog.Find(call.Args[1]) is not { } function)
            call.Reply.Error("ERR Function not found");
        else if (!Numbers.TryInteger(call.Args[2], out long keys))
            call.Reply.Error("ERR Bad number of keys provided");
        else if (keys > call.Count - ScriptRun.FirstKey)
            call.Reply.Error("ERR Number of keys can't be greater than number of args");
        else if (keys < 0)
            call.Reply.Error("ERR Number of keys can't be negative");
        else
            call.Engine.Scripts.Run(function, ref call, (int)keys, readOnly);
    }
}
