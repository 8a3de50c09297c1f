using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Commands;
using KeraLua;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>Libraries of functions: an interpreter runs a library's code when the first of its functions is called there.</summary>
internal sealed partial class Interpreter
{
    private readonly Dictionary<LibraryFunction, int> _functions = [];
    private readonly List<(RegisteredFunction Function, int Reference)> _registered = [];
    private FunctionCatalog _seen = FunctionCatalog.Empty;
    private RunningFunction? _running;
    private string? _calledAs;
    private string? _calledName;
    private long _loadStarted;

    /// <summary>Whether what runs is a function, which FUNCTION KILL ends, and no script.</summary>
    public bool IsFunction => Volatile.Read(ref _calledName) is not null;

    /// <summary>The function that runs, once it has run for long; any thread reads.</summary>
    public RunningFunction? Running => Volatile.Read(ref _running);

    /// <summary>Timestamp at which the code of a library began to run here; 0 while none does.</summary>
    public long LoadStarted => _loadStarted;

    /// <summary>Runs a library's code to see what it registers; the error, without its code word, or null.</summary>
    public string? Register(string name, byte[] code, byte[] body, out FunctionLibrary? library)
    {
        library = null;
        string? error = RunLibrary(body);
        if (error is null && _registered.Count == 0)
            error = "No functions registered";
        if (error is not null)
        {
            Unregister();
            return error;
        }

        _registered.Sort(static (one, other) => string.CompareOrdinal(one.Function.Name, other.Function.Name));
        library = new FunctionLibrary(name, code, body, _registered.Select(entry => entry.Function));
        Keep(library);
        return null;
    }

    /// <summary>Compiles a function's library if it is new here; the error as a reply, or null.</summary>
    public string? Compile(LibraryFunction function, FunctionCatalog catalog)
    {
        if (!ReferenceEquals(_seen, catalog))
            ForgetLibraries(catalog);
        if (_functions.ContainsKey(function))
            return null;
        string? error = RunLibrary(function.Library.Body);
        _registered.Sort(static (one, other) => string.CompareOrdinal(one.Function.Name, other.Function.Name));
        // The code sees nothing but its own text, so it registers the same each time; only the bounds of time and memory can stop it.
        if (error is null && !_registered.Select(entry => entry.Function.Name).SequenceEqual(function.Library.Functions.Select(known => known.Name)))
            error = "the library registered other functions than when it was loaded";
        if (error is not null)
        {
            Unregister();
            return "ERR " + error;
        }

        Keep(function.Library);
        return null;
    }

    /// <summary>Runs a compiled function and writes its one reply.</summary>
    public void Run(LibraryFunction function, ref CommandCall call, in ScriptRun run)
    {
        _calledAs = call.Descriptor.Name;
        Volatile.Write(ref _calledName, function.Name);
        try
        {
            Run(_callFunction, _functions[function], function.Name, ref call, run);
        }
        finally
        {
            Volatile.Write(ref _calledName, null);
            Volatile.Write(ref _running, null);
        }
    }

    private string? RunLibrary(byte[] body)
    {
        _registered.Clear();
        _loadStarted = _control.Now;
        _lua.RawGetInteger(LuaRegistry.Index, _loadLibrary);
        _lua.PushBuffer(body);
        LuaStatus status = _lua.PCall(1, 1, 0);
        string? error = status == LuaStatus.OK && _lua.IsNil(-1) ? null : OneLine(Encoding.UTF8.GetString(_lua.ToBuffer(-1, true)));
        _lua.SetTop(0);
        _loadStarted = 0;
        return error;
    }

    // redis.register_function, its arguments checked: name, description or false, flags with commas between, the function. Returns what is wrong, or nothing.
    private int Register(IntPtr state)
    {
        Lua lua = LuaOf(state);
        string name = Encoding.Latin1.GetString(lua.ToBuffer(1, false));
        string? description = lua.Type(2) == LuaType.String ? Encoding.UTF8.GetString(lua.ToBuffer(2, false)) : null;
        string? error = null;
        FunctionFlags flags = FunctionFlags.None;
        foreach (string word in Encoding.Latin1.GetString(lua.ToBuffer(3, false)).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (FunctionFlagNames.TryParse(word, out FunctionFlags flag))
                flags |= flag;
            else
                error = "unknown flag given";
        }

        if (error is null && !LibraryHeader.IsName(name))
            error = LibraryHeader.BadName;
        if (error is null && _registered.Exists(entry => entry.Function.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            error = "Function already exists in the library";
        if (error is null)
        {
            lua.SetTop(4);
            _registered.Add((new RegisteredFunction(name, description, flags), lua.Ref(LuaRegistry.Index)));
            return 0;
        }

        lua.PushString(error);
        return 1;
    }

    // Looked at every so many instructions: only then what runs is described for FUNCTION STATS, so that a short call costs nothing.
    private void DescribeRunning(Lua lua)
    {
        if (_calledName is null || _running is not null || !lua.IsTable(1) || !lua.IsTable(2))
            return;
        long keys = lua.RawLen(1);
        List<byte[]> command = [Encoding.Latin1.GetBytes(_calledAs!), Encoding.Latin1.GetBytes(_calledName), Encoding.ASCII.GetBytes(keys.ToString(CultureInfo.InvariantCulture))];
        for (int table = 1; table <= 2; table++)
        {
            for (int i = 1; i <= lua.RawLen(table); i++)
            {
                if (lua.RawGetInteger(table, i) == LuaType.String)
                    command.Add(lua.ToBuffer(-1, false));
                lua.Pop(1);
            }
        }

        Volatile.Write(ref _running, new RunningFunction(_calledName, command));
    }

    private void Keep(FunctionLibrary library)
    {
        for (int i = 0; i < _registered.Count; i++)
            _functions.Add(library.Functions[i], _registered[i].Reference);
        _registered.Clear();
    }

    private void Unregister()
    {
        foreach ((_, int reference) in _registered)
            _lua.Unref(LuaRegistry.Index, reference);
        _registered.Clear();
    }

    private void ForgetLibraries(FunctionCatalog catalog)
    {
        foreach (LibraryFunction function in _functions.Keys.Where(function => !catalog.Has(function.Library)).ToArray())
        {
            _functions.Remove(function, out int reference);
            _lua.Unref(LuaRegistry.Index, reference);
        }

        _seen = catalog;
    }
}

/// <summary>A function that has run for long: what FUNCTION STATS shows of it.</summary>
/// <param name="Name">The function.</param>
/// <param name="Command">The call, word by word.</param>
internal sealed record RunningFunction(string Name, IReadOnlyList<byte[]> Command);
