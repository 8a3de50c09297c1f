// Any thread: an interpreter says itself since when it runs; Kill sets a wish that the script's own thread finds at its next look.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>Scripts that run now, how long, and whether one is to end: SCRIPT KILL, and the bounds of time, instructions and memory.</summary>
internal sealed class ScriptControl(StoreEngine engine)
{
    private const string BusyScript = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    private const string BusyFunction = "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
    private const int LoadTimeoutMs = 500;

    // Between two looks (preamble.lua).
    private const long InstructionsPerLook = 100_000;

    private readonly ConcurrentBag<Interpreter> _interpreters = [];
    private int _count;

    /// <summary>Whether a script has run for longer than lua-time-limit.</summary>
    public bool IsBusy => Volatile.Read(ref _count) != 0 && HasOverrun();

    /// <summary>The answer to whom a busy store does not serve: it names what ends the script or function that runs.</summary>
    public string BusyError => _interpreters.Any(interpreter => interpreter.Started != 0 && interpreter.IsFunction) ? BusyFunction : BusyScript;

    /// <summary>Now, as a timestamp.</summary>
    public long Now => engine.Time.GetTimestamp();

    /// <summary>A function that has run for long, and for how many milliseconds; null if none has.</summary>
    public (RunningFunction Function, long ElapsedMs)? LongFunction()
    {
        foreach (Interpreter interpreter in _interpreters)
        {
            if (interpreter.Running is { } running)
                return (running, ElapsedMs(interpreter));
        }

        return null;
    }

    /// <summary>A new interpreter; it is known until the store ends.</summary>
    public void Add(Interpreter interpreter) => _interpreters.Add(interpreter);

    /// <summary>
    /// The store has ended. A bag keeps what is in it in a slot of each thread that put it there; with an interpreter in it, which knows the store, that would
    /// keep the store for as long as the thread lives.
    /// </summary>
    public void Clear() => _interpreters.Clear();

    /// <summary>The interpreter runs a script from here on.</summary>
    public void Begin(Interpreter interpreter)
    {
        interpreter.Mark(engine.Time.GetTimestamp());
        Interlocked.Increment(ref _count);
    }

    /// <summary>The script has ended.</summary>
    public void End(Interpreter interpreter)
    {
        interpreter.Mark(0);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>SCRIPT KILL, or FUNCTION KILL; the error, or null if all running scripts, or functions, will end.</summary>
    public string? Kill(bool functions)
    {
        if (Volatile.Read(ref _count) == 0)
            return "NOTBUSY No scripts in execution right now.";
        bool found = false;
        foreach (Interpreter interpreter in _interpreters)
        {
            if (interpreter.Started == 0)
                continue;
            if (interpreter.HasWritten)
                return "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
            if (interpreter.IsFunction != functions)
                continue;
            interpreter.IsKilled = true;
            found = true;
        }

        return found ? null : functions ? BusyScript : BusyFunction;
    }

    /// <summary>Asked by a running script every so many instructions: why it has to end, or null.</summary>
    public string? WhyStop(Interpreter interpreter)
    {
        interpreter.Looks++;
        if (interpreter.LoadStarted != 0)
            return engine.Time.GetElapsedTime(interpreter.LoadStarted).TotalMilliseconds > LoadTimeoutMs ? "ERR FUNCTION LOAD timeout" : null;
        if (interpreter.IsKilled && !interpreter.HasWritten)
            return interpreter.IsFunction ? "ERR Script killed by user with FUNCTION KILL." : "ERR Script killed by user with SCRIPT KILL...";
        if (interpreter.MemoryBytes > engine.Config.Get(StoreOptions.LuaMemoryLimit))
            return "ERR Error running script: not enough memory (lua_memory_limit)";
        return interpreter.HasWritten ? null : WhyTooLong(interpreter);
    }

    // A script that has written is not stopped in the middle for want of time.
    private string? WhyTooLong(Interpreter interpreter)
    {
        long hardMs = engine.Config.Get(StoreOptions.LuaHardTimeLimit), instructions = engine.Config.Get(StoreOptions.LuaInstructionLimit);
        if (instructions > 0 && interpreter.Looks * InstructionsPerLook > instructions)
            return "ERR Error running script: it ran for more instructions than lua_instruction_limit";
        return hardMs > 0 && ElapsedMs(interpreter) > hardMs ? "ERR Error running script: it ran for longer than lua_hard_time_limit" : null;
    }

    private bool HasOverrun() => _interpreters.Any(interpreter => ElapsedMs(interpreter) > engine.Config.Get(StoreOptions.LuaTimeLimit));

    private long ElapsedMs(Interpreter interpreter)
        => interpreter.Started is var started and not 0 ? (long)engine.Time.GetElapsedTime(started).TotalMilliseconds : 0;
}
