using System.Text;
using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Scripting;

/// <summary>What FUNCTION LIST and FUNCTION STATS answer.</summary>
internal static class FunctionReports
{
    private const string Engine = "LUA";

    public static void List(ref CommandCall call)
    {
        int pattern = 0;
        bool withCode = false;
        for (int i = 2; i < call.Count; i++)
        {
            if (!withCode && call.Args.Is(i, "WITHCODE"))
            {
                withCode = true;
            }
            else if (pattern == 0 && call.Args.Is(i, "LIBRARYNAME"))
            {
                pattern = ++i;
                if (i < call.Count)
                    continue;
                call.Reply.Error("ERR library name argument was not given");
                return;
            }
            else
            {
                call.Reply.Error($"ERR Unknown argument {Words.Text(call.Args[i])}");
                return;
            }
        }

        int count = 0;
        int mark = call.Reply.BeginDeferred();
        foreach (FunctionLibrary library in call.Engine.Scripts.Functions.Libraries)
        {
            if (pattern != 0 && !GlobPattern.IsMatch(call.Args[pattern], Encoding.Latin1.GetBytes(library.Name), ignoreCase: true))
                continue;
            WriteLibrary(call.Reply, library, withCode);
            count++;
        }

        call.Reply.EndDeferred(mark, '*', count);
    }

    public static void Stats(ref CommandCall call)
    {
        ScriptControl control = call.Engine.Scripts.Control;
        (RunningFunction Function, long ElapsedMs)? running = control.LongFunction();
        if (running is null && control.IsBusy)
        {
            call.Reply.Error(control.BusyError);
            return;
        }

        call.Reply.Map(2);
        call.Reply.Bulk("running_script");
        if (running is { } now)
            WriteRunning(call.Reply, now.Function, now.ElapsedMs);
        else
            call.Reply.Null();
        FunctionCatalog catalog = call.Engine.Scripts.Functions.Catalog;
        call.Reply.Bulk("engines");
        call.Reply.Map(1);
        call.Reply.Bulk(Engine);
        call.Reply.Map(2);
        call.Reply.Bulk("libraries_count");
        call.Reply.Integer(catalog.Libraries.Count);
        call.Reply.Bulk("functions_count");
        call.Reply.Integer(catalog.FunctionCount);
    }

    private static void WriteRunning(ReplyBuffer reply, RunningFunction function, long elapsedMs)
    {
        reply.Map(3);
        reply.Bulk("name");
        reply.Bulk(function.Name);
        reply.Bulk("command");
        reply.Array(function.Command.Count);
        foreach (byte[] word in function.Command)
            reply.Bulk(word);
        reply.Bulk("duration_ms");
        reply.Integer(elapsedMs);
    }

    private static void WriteLibrary(ReplyBuffer reply, FunctionLibrary library, bool withCode)
    {
        reply.Map(withCode ? 4 : 3);
        reply.Bulk("library_name");
        reply.Bulk(library.Name);
        reply.Bulk("engine");
        reply.Bulk(Engine);
        reply.Bulk("functions");
        reply.Array(library.Functions.Count);
        foreach (LibraryFunction function in library.Functions)
            WriteFunction(reply, function);
        if (!withCode)
            return;
        reply.Bulk("library_code");
        reply.Bulk(library.Code.Span);
    }

    private static void WriteFunction(ReplyBuffer reply, LibraryFunction function)
    {
        reply.Map(3);
        reply.Bulk("name");
        reply.Bulk(function.Name);
        reply.Bulk("description");
        if (function.Description is { } description)
            reply.Bulk(description);
        else
            reply.Null();
        reply.Bulk("flags");
        string[] flags = FunctionFlagNames.Of(function.Flags);
        reply.Set(flags.Length);
        foreach (string flag in flags)
            reply.Simple(flag);
    }
}
