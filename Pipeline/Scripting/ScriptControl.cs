// Any thread: _running is who runs scripts now; Kill sets a wish that the script's own thread finds at its next look.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>Scripts that run now, how long, and whether one is to end: SCRIPT KILL, and the bounds of time and memory.</summary>
internal sealed class ScriptControl(StoreEngine engine)
{
    private readonly ConcurrentDictionary<Interpreter, Running> _running = new();
    private int _count;

    /// <summary>Whether a script has run for longer than lua-time-limit.</summary>
    public bool IsBusy => Volatile.Read(ref _count) != 0 && _running.Values.Any(running => ElapsedMs(running) > engine.Config.Get(StoreOptions.LuaTimeLimit));

    public void Begin(Interpreter interpreter, ScriptCalls calls)
    {
        _running[interpreter] = new Running(calls, engine.Time.GetTimestamp());
        Interlocked.Increment(ref _count);
    }

    public void End(Interpreter interpreter)
    {
        if (_running.TryRemove(interpreter, out _))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>SCRIPT KILL; the error, or null if all running scripts will end.</summary>
    public string? Kill()
    {
        if (_running.IsEmpty)
            return "NOTBUSY No scripts in execution right now.";
        foreach (Running running in _running.Values)
        {
            if (running.Calls.HasWritten)
                return "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
            running.IsKilled = true;
        }

        return null;
    }

    /// <summary>Asked by a running script every so many instructions: why it has to end, or null.</summary>
    public string? WhyStop(Interpreter interpreter)
    {
        if (!_running.TryGetValue(interpreter, out Running? running))
            return null;
        if (running.IsKilled)
            return "ERR Error running script: Script killed by user with SCRIPT KILL.";
        if (interpreter.MemoryBytes > engine.Config.Get(StoreOptions.LuaMemoryLimit))
            return "ERR Error running script: not enough memory (lua_memory_limit)";
        long hardMs = engine.Config.Get(StoreOptions.LuaHardTimeLimit);
        return hardMs > 0 && !running.Calls.HasWritten && ElapsedMs(running) > hardMs ? "ERR Error running script: it ran for longer than lua_hard_time_limit" : null;
    }

    private long ElapsedMs(Running running) => (long)engine.Time.GetElapsedTime(running.Started).TotalMilliseconds;

    private sealed class Running(ScriptCalls calls, long started)
    {
        public ScriptCalls Calls { get; } = calls;

        public long Started { get; } = started;

        public volatile bool IsKilled;
    }
}
