// Any thread: interpreters are rented for one script each.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>The store's scripts: the cache, the interpreters, and on which shards a script runs.</summary>
internal sealed class ScriptEngine : IDisposable
{
    private const string NotInCluster = "ERR Can not run script on cluster, 'no-cluster' flag is set.";
    private const string MayWrite = "ERR Can not execute a script with write flag using *_ro command.";

    private readonly StoreEngine _engine;
    private readonly ConcurrentBag<Interpreter> _idle = [];
    // The one that was given back last, as long as nobody takes it: it has compiled what runs now.
    private Interpreter? _last;

    public ScriptEngine(StoreEngine engine)
    {
        _engine = engine;
        Cache = new ScriptCache(engine.Commands);
        Control = new ScriptControl(engine);
        Functions = new FunctionRegistry(this);
    }

    /// <summary>Known scripts.</summary>
    public ScriptCache Cache { get; }

    /// <summary>Running scripts.</summary>
    public ScriptControl Control { get; }

    /// <summary>Libraries of functions.</summary>
    public FunctionRegistry Functions { get; }

    /// <summary>
    /// Whether a script needs every shard: it may use keys that it does not name, as Redis lets it, unless its source shows or says that it does not, or the option
    /// lua_undeclared_keys refuses that.
    /// </summary>
    public bool RunsGlobally(Script? script)
        => script is not { UsesOnlyItsKeys: true } && _engine.Config.Get(StoreOptions.LuaUndeclaredKeys) == UndeclaredKeys.Allow;

    /// <summary>The same for a function.</summary>
    public bool RunsGlobally(LibraryFunction? function)
        => function?.Has(FunctionFlags.DisallowUndeclaredKeys) != true && _engine.Config.Get(StoreOptions.LuaUndeclaredKeys) == UndeclaredKeys.Allow;

    /// <summary>Runs a script and writes its one reply. The shards that its placing named are held.</summary>
    public void Run(Script script, ref CommandCall call, int keys, bool readOnly)
    {
        if (script.Flags.Error is { } wrong)
        {
            call.Reply.Error(wrong);
            return;
        }

        if (script.Flags.IsDeclared && WhyNot(call.HeldShards, script.Flags.NotInCluster, script.Flags.NoWrites, script.Flags.AllowsOom, readOnly) is { } refused)
        {
            call.Reply.Error(refused);
            return;
        }

        Interpreter interpreter = Rent();
        if (interpreter.Compile(script, Cache.Generation, out int compiled) is { } error)
            call.Reply.Error(error);
        else
            interpreter.Run(script, compiled, ref call, new ScriptRun(call.HeldShards, keys, readOnly || script.Flags.NoWrites, script.Flags.NoWrites || script.Flags.AllowsOom)
            {
                Slot = call.Slot,
                CachingGiven = call.CachingGiven,
                MayCrossSlots = script.Flags.MayCrossSlots,
            });
        GiveBack(interpreter);
    }

    /// <summary>Runs a function and writes its one reply. The shards that its placing named are held.</summary>
    public void Run(LibraryFunction function, ref CommandCall call, int keys, bool readOnly)
    {
        bool noWrites = function.Has(FunctionFlags.NoWrites);
        bool allowsOom = function.Has(FunctionFlags.AllowOom);
        if (WhyNot(call.HeldShards, function.Has(FunctionFlags.NoCluster), noWrites, allowsOom, readOnly) is { } refused)
        {
            call.Reply.Error(refused);
            return;
        }

        Interpreter interpreter = Rent();
        if (interpreter.Compile(function, Functions.Catalog) is { } error)
            call.Reply.Error(error);
        else
            interpreter.Run(function, ref call, new ScriptRun(call.HeldShards, keys, noWrites, noWrites || allowsOom)
            {
                Slot = call.Slot,
                CachingGiven = call.CachingGiven,
                MayCrossSlots = function.Has(FunctionFlags.AllowCrossSlotKeys),
            });
        GiveBack(interpreter);
    }

    // What has declared itself is refused before it begins; a script without a shebang, command by command.
    private string? WhyNot(ulong heldShards, bool notInCluster, bool noWrites, bool allowsOom, bool readOnly)
    {
        if (notInCluster && _engine.Cluster is not null)
            return NotInCluster;
        if (!noWrites && !allowsOom && !HeldShards.HasRoom(_engine, heldShards))
            return Errors.OutOfMemory;
        return readOnly && !noWrites ? MayWrite : null;
    }

    /// <summary>Runs a library's code to see what it registers; the error, without its code word, or null.</summary>
    public string? Register(string name, byte[] code, byte[] body, out FunctionLibrary? library)
    {
        Interpreter interpreter = Rent();
        string? error = interpreter.Register(name, code, body, out library);
        GiveBack(interpreter);
        return error;
    }

    /// <summary>SCRIPT LOAD: compiles to find errors; the error, or null.</summary>
    public string? Check(Script script)
    {
        if (script.Flags.Error is { } wrong)
            return wrong;
        Interpreter interpreter = Rent();
        string? error = interpreter.Compile(script, Cache.Generation, out _);
        GiveBack(interpreter);
        return error;
    }

    private Interpreter Rent()
    {
        if (Interlocked.Exchange(ref _last, null) is { } last)
            return last;
        return _idle.TryTake(out Interpreter? idle) ? idle : new Interpreter(_engine, Control, (level, text) => _engine.OnScriptLog?.Invoke(level, text));
    }

    private void GiveBack(Interpreter interpreter)
    {
        if (Interlocked.Exchange(ref _last, interpreter) is { } before)
            _idle.Add(before);
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _last, null)?.Dispose();
        while (_idle.TryTake(out Interpreter? interpreter))
            interpreter.Dispose();
        Control.Clear();
    }
}
