using System.Text;
using DragonflyFlow.Pipeline.Scripting;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Scripting;

/// <summary>FUNCTION: loads, removes, saves and restores libraries, and ends a function that runs too long. What it shows is in FunctionReports.</summary>
internal static class FunctionCommands
{
    private const string PerLibrary = "O(N) where N is the number of functions";

    public static CommandDescriptor Function { get; } = new("function", NoScript,
        new("load", -3, NoScript | Write | DenyOom, KeySpec.None, Load) { Summary = "Creates a library.", Since = "7.0.0", Complexity = "O(1) (considering compilation time is redundant)" },
        new("list", -2, NoScript, KeySpec.None, FunctionReports.List) { Summary = "Returns information about all libraries.", Since = "7.0.0", Complexity = PerLibrary },
        new("delete", 3, NoScript | Write, KeySpec.None, Delete) { Summary = "Deletes a library and its functions.", Since = "7.0.0" },
        new("dump", 2, NoScript, KeySpec.None, Dump) { Summary = "Dumps all libraries into a serialized binary payload.", Since = "7.0.0", Complexity = PerLibrary },
        new("restore", -3, NoScript | Write | DenyOom, KeySpec.None, Restore) { Summary = "Restores all libraries from a payload.", Since = "7.0.0", Complexity = PerLibrary + " on the payload" },
        new("stats", 2, NoScript | Inline | WhileBusy, KeySpec.None, FunctionReports.Stats) { Summary = "Returns information about a function during execution.", Since = "7.0.0" },
        new("flush", -2, NoScript | Write, KeySpec.None, Flush) { Summary = "Deletes all libraries and functions.", Since = "7.0.0", Complexity = "O(N) where N is the number of functions deleted" },
        new("kill", 2, NoScript | Inline | WhileBusy, KeySpec.None, Kill) { Summary = "Terminates a function during execution.", Since = "7.0.0" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "7.0.0" });

    /// <summary>What a subcommand answers that takes less.</summary>
    public static string WrongCount(ReadOnlySpan<byte> subcommand)
        => $"ERR unknown subcommand or wrong number of arguments for '{Words.Text(subcommand)}'. Try FUNCTION HELP.";

    private static void Load(ref CommandCall call)
    {
        int code = call.Count - 1;
        for (int i = 2; i < code; i++)
        {
            if (call.Args.Is(i, "REPLACE"))
                continue;
            call.Reply.Error($"ERR Unknown option given: {Words.Text(call.Args[i])}");
            return;
        }

        if (call.Engine.Scripts.Functions.TryLoad(call.Args[code], replace: code > 2, out string name, out string error))
            call.Reply.Bulk(name);
        else
            call.Reply.Error("ERR " + error);
    }

    private static void Delete(ref CommandCall call)
    {
        if (call.Engine.Scripts.Functions.Delete(Encoding.Latin1.GetString(call.Args[2])))
            call.Reply.Ok();
        else
            call.Reply.Error("ERR Library not found");
    }

    private static void Dump(ref CommandCall call) => call.Reply.Bulk(FunctionPayload.Write(call.Engine.Scripts.Functions.Libraries));

    private static void Restore(ref CommandCall call)
    {
        RestorePolicy policy = RestorePolicy.Append;
        if (call.Count > 4)
        {
            call.Reply.Error(WrongCount(call.Args[1]));
            return;
        }

        if (call.Count == 4 && !TryPolicy(call.Args, out policy))
            call.Reply.Error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
        else if (call.Engine.Scripts.Functions.Restore(call.Args[2], policy) is { } error)
            call.Reply.Error("ERR " + error);
        else
            call.Reply.Ok();
    }

    private static bool TryPolicy(ArgView args, out RestorePolicy policy)
    {
        policy = args.Is(3, "REPLACE") ? RestorePolicy.Replace : args.Is(3, "FLUSH") ? RestorePolicy.Flush : RestorePolicy.Append;
        return policy != RestorePolicy.Append || args.Is(3, "APPEND");
    }

    private static void Flush(ref CommandCall call)
    {
        if (call.Count > 3)
        {
            call.Reply.Error(WrongCount(call.Args[1]));
            return;
        }

        if (call.Count == 3 && !call.Args.Is(2, "ASYNC") && !call.Args.Is(2, "SYNC"))
        {
            call.Reply.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
            return;
        }

        call.Engine.Scripts.Functions.Clear();
        call.Reply.Ok();
    }

    private static void Kill(ref CommandCall call)
    {
        if (call.Engine.Scripts.Control.Kill(functions: true) is { } error)
            call.Reply.Error(error);
        else
            call.Reply.Ok();
    }
}
