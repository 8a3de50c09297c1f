// Owner: whoever rented it from the pool, one script at a time. An error of Lua must never unwind frames of C#: functions of the host report what is wrong as
// values and Lua raises it (preamble.lua); every entry into Lua is a protected call.

using System.Reflection;
using System.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using KeraLua;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>One Lua state with Redis's sandbox: compiles scripts once and runs them.</summary>
internal sealed partial class Interpreter : IDisposable
{
    private const string ScriptName = "@user_script";
    private static readonly byte[] Preamble = Resource("preamble");
    private static readonly (string Name, byte[] Source)[] Files =
        [.. new[] { "arguments", "messages", "chunks", "escapes", "redis", "bit", "struct", "cmsgpack", "cjson", "lua51", "strings", "functions" }.Select(name => (name, Resource(name)))];

    private readonly Lua _lua = new();
    private readonly ScriptCalls _calls;
    private readonly ScriptControl _control;
    private readonly List<LuaFunction> _kept = [];
    private readonly Dictionary<Script, int> _compiled = new(ReferenceEqualityComparer.Instance);
    private readonly Action<int, string> _log;
    private long _started;
    private volatile bool _isKilled;
    private int _compile;
    private int _run;
    private int _loadLibrary;
    private int _callFunction;
    private int _generation;

    /// <summary>Makes a state and closes its globals.</summary>
    public Interpreter(StoreEngine engine, ScriptControl control, Action<int, string> log)
    {
        _calls = new ScriptCalls(engine);
        _control = control;
        _log = log;
        Prepare();
        control.Add(this);
    }

    /// <summary>Timestamp at which the running script began; 0 while none runs. Any thread reads.</summary>
    public long Started => Volatile.Read(ref _started);

    /// <summary>Whether the running script is to end.</summary>
    public bool IsKilled
    {
        get => _isKilled;
        set => _isKilled = value;
    }

    /// <summary>How often the running script has looked whether it is to end; its own thread counts.</summary>
    public long Looks { get; set; }

    /// <summary>Whether the running script has called a command that may change data.</summary>
    public bool HasWritten => _calls.HasWritten;

    /// <summary>Bytes that the state holds.</summary>
    public long MemoryBytes => _lua.GarbageCollector(LuaGC.Count, 0) * 1024L + _lua.GarbageCollector(LuaGC.Countb, 0);

    /// <summary>Compiles the script if it is new here; the error as a reply, or null and what it is known by from here on.</summary>
    public string? Compile(Script script, int generation, out int compiled)
    {
        if (_generation != generation)
            Forget(generation);
        if (_compiled.TryGetValue(script, out compiled))
            return null;
        _lua.RawGetInteger(LuaRegistry.Index, _compile);
        _lua.PushBuffer(script.Source);
        _lua.PushString(ScriptName);
        LuaStatus status = _lua.PCall(2, 2, 0);
        if (status != LuaStatus.OK || _lua.Type(-2) != LuaType.Function)
        {
            string error = Encoding.UTF8.GetString(_lua.ToBuffer(-1, true));
            _lua.SetTop(0);
            return "ERR Error compiling script (new function): " + OneLine(error);
        }

        _lua.Pop(1);
        _compiled[script] = compiled = _lua.Ref(LuaRegistry.Index);
        return null;
    }

    /// <summary>Runs a compiled script and writes its one reply.</summary>
    public void Run(Script script, int compiled, ref CommandCall call, in ScriptRun run) => Run(_run, compiled, script.Sha, ref call, run);

    private void Run(int how, int what, string name, ref CommandCall call, in ScriptRun run)
    {
        _calls.Begin(call.Client, run);
        _control.Begin(this);
        int database = call.Client.Database;
        try
        {
            LuaApi.PushReference(_lua, how);
            LuaApi.PushReference(_lua, what);
            PushArguments(call.Args, ScriptRun.FirstKey, run.Keys);
            PushArguments(call.Args, ScriptRun.FirstKey + run.Keys, call.Count - ScriptRun.FirstKey - run.Keys);
            LuaStatus status = _lua.PCall(3, 2, 0);
            if (status != LuaStatus.OK)
                call.Reply.Error("ERR " + OneLine(Encoding.UTF8.GetString(_lua.ToBuffer(-1, true))));
            else if (_lua.ToBoolean(-2))
                LuaValues.Write(_lua, call.Reply, _calls.Resp3);
            else
                WriteError(call.Reply, name);
        }
        finally
        {
            _lua.SetTop(0);
            _control.End(this);
            call.Client.Database = database;
        }
    }

    /// <summary>A script begins (its timestamp) or has ended (0).</summary>
    public void Mark(long started)
    {
        _isKilled = false;
        Looks = 0;
        Volatile.Write(ref _started, started);
    }

    public void Dispose() => _lua.Dispose();

    // A table with err, source and line, as the error handler of the preamble made it.
    private void WriteError(ReplyBuffer reply, string sha)
    {
        string error = Field("err") ?? "ERR unknown error";
        string? source = Field("source");
        string? line = Field("line");
        reply.Error(OneLine(source is null || line is null ? $"{error} script: {sha}" : $"{error} script: {sha}, on {source}:{line}."));
    }

    private string? Field(string name)
    {
        _lua.PushString(name);
        string? text = _lua.RawGet(-2) is LuaType.String or LuaType.Number ? Encoding.UTF8.GetString(_lua.ToBuffer(-1, true)) : null;
        _lua.Pop(1);
        return text;
    }

    private void PushArguments(ArgView args, int first, int count)
    {
        _lua.CreateTable(count, 0);
        for (int i = 0; i < count; i++)
        {
            LuaApi.Push(_lua, args[first + i]);
            LuaApi.SetElement(_lua, -2, i + 1);
        }
    }

    private void Prepare()
    {
        Load(Preamble, "@preamble");
        _lua.NewTable();
        Host("call", Call);
        Host("check", Check);
        Host("checkcommand", CheckCommand);
        Host("sha1hex", Sha1Hex);
        Host("log", Log);
        Host("setresp", SetResp);
        Host("register", Register);
        _lua.PushString(Compatibility.RedisVersion);
        _lua.SetField(-2, "version");
        _lua.PushInteger(Compatibility.RedisVersionNumber);
        _lua.SetField(-2, "versionnumber");
        _lua.NewTable();
        foreach ((string name, byte[] source) in Files)
        {
            Load(source, "@" + name);
            _lua.SetField(-2, name);
        }

        _lua.SetField(-2, "files");
        _lua.PushLightUserData(IntPtr.Zero);
        Must(_lua.PCall(2, 4, 0));
        _callFunction = _lua.Ref(LuaRegistry.Index);
        _loadLibrary = _lua.Ref(LuaRegistry.Index);
        _run = _lua.Ref(LuaRegistry.Index);
        _compile = _lua.Ref(LuaRegistry.Index);
    }

    private void Host(string name, LuaFunction function)
    {
        _kept.Add(function);
        _lua.PushCFunction(function);
        _lua.SetField(-2, name);
    }

    // A value, or a table with the error and true.
    private int Call(IntPtr state)
    {
        Lua lua = LuaOf(state);
        string? error;
        try
        {
            error = _calls.Run(lua);
        }
        catch (Exception bug) when (bug is not Storage.Memory.ArenaCheckException)
        {
            error = "ERR internal error: " + bug.Message;
        }

        if (error is not null)
        {
            lua.CreateTable(0, 1);
            lua.PushString(error);
            lua.SetField(-2, "err");
            LuaApi.Push(lua, true);
            return 2;
        }

        ReadOnlySpan<byte> reply = _calls.Reply.Written;
        int at = 0;
        if (reply.Length == 0)
            LuaApi.PushNil(lua);
        else
            LuaValues.Push(lua, reply, ref at);
        if (reply is not [(byte)'-', ..])
            return 1;
        LuaApi.Push(lua, true);
        return 2;
    }

    private int Check(IntPtr state)
    {
        Lua lua = LuaOf(state);
        DescribeRunning(lua);
        if (_control.WhyStop(this) is not { } why)
            return 0;
        lua.PushString(why);
        return 1;
    }

    // redis.acl_check_cmd: whether the client may, and what is wrong with the arguments, if anything is.
    private int CheckCommand(IntPtr state)
    {
        Lua lua = LuaOf(state);
        string? wrong = _calls.Check(lua, out bool isAllowed);
        lua.PushBoolean(isAllowed);
        if (wrong is null)
            return 1;
        lua.PushString(wrong);
        return 2;
    }

    private int Sha1Hex(IntPtr state)
    {
        Lua lua = Lua.FromIntPtr(state);
        Span<byte> hash = stackalloc byte[20];
        ScriptCache.HashOf(lua.ToBuffer(1, false), hash);
        lua.PushString(Convert.ToHexStringLower(hash));
        return 1;
    }

    private int Log(IntPtr state)
    {
        Lua lua = Lua.FromIntPtr(state);
        _log((int)lua.ToInteger(1), Encoding.UTF8.GetString(lua.ToBuffer(2, false)));
        return 0;
    }

    private int SetResp(IntPtr state)
    {
        _calls.Resp3 = Lua.FromIntPtr(state).ToInteger(1) == 3;
        return 0;
    }

    private void Forget(int generation)
    {
        foreach (int reference in _compiled.Values)
            _lua.Unref(LuaRegistry.Index, reference);
        _compiled.Clear();
        _generation = generation;
    }

    private void Load(byte[] source, string name) => Must(_lua.LoadBuffer(source, name, "t"));

    private void Must(LuaStatus status)
    {
        if (status != LuaStatus.OK)
            throw new InvalidOperationException($"The preamble of scripts: {_lua.ToString(-1)}");
    }

    // A coroutine has a state of its own.
    private Lua LuaOf(IntPtr state) => state == _lua.Handle ? _lua : Lua.FromIntPtr(state);

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');

    private static byte[] Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".lua")!;
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
