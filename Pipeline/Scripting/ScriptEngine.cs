// Any thread: interpreters are rented for one script each.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>The store's scripts: the cache, the interpreters, and on which shards a script runs.</summary>
internal sealed class ScriptEngine : IDisposable
{
    private readonly StoreEngine _engine;
    private readonly ConcurrentBag<Interpreter> _idle = [];

    public ScriptEngine(StoreEngine engine)
    {
        _engine = engine;
        Control = new ScriptControl(engine);
    }

    /// <summary>Known scripts.</summary>
    public ScriptCache Cache { get; } = new();

    /// <summary>Running scripts.</summary>
    public ScriptControl Control { get; }

    /// <summary>
    /// Whether a script needs every shard: it may use keys that it does not name, as Redis lets it, unless it says that it does not or the option
    /// lua_undeclared_keys refuses that.
    /// </summary>
    public bool RunsGlobally(Script? script)
        => script is not { Flags.DeclaresAllKeys: true } && _engine.Config.Get(StoreOptions.LuaUndeclaredKeys) == UndeclaredKeys.Allow;

    /// <summary>Runs a script and writes its one reply. The shards that its placing named are held.</summary>
    public void Run(Script script, ref CommandCall call, int keys, int firstKey, bool readOnly)
    {
        if (script.Flags.Error is { } wrong)
        {
            call.Reply.Error(wrong);
            return;
        }

        if (script.Flags.NotInCluster && _engine.Cluster is not null)
        {
            call.Reply.Error("ERR Can not run script on cluster, 'no-cluster' flag is set.");
            return;
        }

        Interpreter interpreter = Rent();
        if (interpreter.Compile(script, Cache.Generation) is { } error)
            call.Reply.Error(error);
        else
            interpreter.Run(script, ref call, call.HeldShards, keys, firstKey, readOnly || script.Flags.NoWrites);
        _idle.Add(interpreter);
    }

    /// <summary>SCRIPT LOAD: compiles to find errors; the error, or null.</summary>
    public string? Check(Script script)
    {
        if (script.Flags.Error is { } wrong)
            return wrong;
        Interpreter interpreter = Rent();
        string? error = interpreter.Compile(script, Cache.Generation);
        _idle.Add(interpreter);
        return error;
    }

    private Interpreter Rent()
        => _idle.TryTake(out Interpreter? idle) ? idle : new Interpreter(_engine, Control, (level, text) => _engine.OnScriptLog?.Invoke(level, text));

    public void Dispose()
    {
        while (_idle.TryTake(out Interpreter? interpreter))
            interpreter.Dispose();
    }
}
