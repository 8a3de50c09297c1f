// Owner: the thread that runs the script; it holds all shards of the script.

using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using KeraLua;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>The commands that a script calls, for the client that it runs for now: arguments from Lua's stack into a buffer of its own, run on the shards that the script holds.</summary>
internal sealed class ScriptCalls(StoreEngine engine) : CommandSource(engine, client: null!)
{
    private const string Error = "ERR ";
    private const string NoArguments = "Please specify at least one argument for this redis lib call";
    private const string BadArgument = "Lua redis lib command arguments must be strings or integers";
    private const string NoSuchCommand = "Invalid command passed to redis.acl_check_cmd()";
    private const string Unknown = "ERR Unknown Redis command called from script";
    private const string WrongCount = "ERR Wrong number of args calling Redis command from script";
    private const string NotInScripts = "ERR This Redis command is not allowed from script";
    private const string ReadOnlyScript = "ERR Write commands are not allowed from read-only scripts.";
    private const string Undeclared = "ERR Script tried accessing undeclared key";

    private readonly Router _router = new(engine);
    private ScriptRun _run;
    private bool _allowsOom;
    private int _used;
    private int _slot;

    /// <inheritdoc />
    public override bool IsNested => true;

    /// <inheritdoc />
    public override string? Origin => "lua";

    /// <inheritdoc />
    public override bool AllowsOom => _allowsOom;

    /// <summary>The reply of the last call.</summary>
    public ReplyBuffer Reply { get; } = new();

    /// <summary>Whether replies come in RESP3's types (redis.setresp).</summary>
    public bool Resp3 { get; set; }

    /// <summary>Whether a command has run that may change data: then the script can no longer be killed.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Makes it ready for a script of this client.</summary>
    public void Begin(ClientContext client, in ScriptRun run)
    {
        Client = client;
        _run = run;
        _slot = run.Slot;
        Resp3 = false;
        HasWritten = false;
    }

    /// <summary>Runs the call whose arguments are on the stack; the error that stops it, or null with its <see cref="Reply"/>.</summary>
    public string? Run(Lua lua)
    {
        Reply.Clear();
        return TakeArguments(lua) is { } wrong ? Error + wrong : Run(Called);
    }

    /// <summary>Looks at the command whose words are on the stack: whether the script's client may run it; what is wrong with the call, without a code word, or null.</summary>
    public string? Check(Lua lua, out bool isAllowed)
    {
        isAllowed = false;
        if (TakeArguments(lua) is { } wrong)
            return wrong;
        if (Find(Called) is not { } descriptor)
            return NoSuchCommand;
        isAllowed = Client.IsTrusted || _router.Admits(descriptor, Called, Client);
        return null;
    }

    private ArgView Called => new(Data, Args.Items.AsSpan(0, Args.Count));

    private string? TakeArguments(Lua lua)
    {
        Args.Clear();
        _used = 0;
        int count = LuaApi.Top(lua);
        if (count == 0)
            return NoArguments;
        for (int i = 1; i <= count; i++)
        {
            if (!TryCopy(lua, i))
                return BadArgument;
        }

        return null;
    }

    private CommandDescriptor? Find(ArgView args)
    {
        CommandDescriptor? descriptor = Engine.Commands.Find(args[0]);
        return descriptor is { Subcommands.Count: > 0 } && args.Count > 1 ? descriptor.FindSubcommand(args[1]) : descriptor;
    }

    private string? Run(ArgView args)
    {
        CommandDescriptor? descriptor = Find(args);
        if (descriptor is null)
            return Unknown;
        if (!descriptor.AcceptsCount(args.Count))
            return WrongCount;
        if (descriptor.Has(CommandFlags.NoScript))
            return NotInScripts;
        if (_run.ReadOnly && descriptor.Has(CommandFlags.Write))
            return ReadOnlyScript;
        if (!Client.IsTrusted && _router.RefuseInScript(descriptor, args, Client) is { } denied)
            return denied;
        BatchCommand command = new() { Descriptor = descriptor, ArgCount = args.Count, Database = (byte)Client.Database, Resp3 = Resp3, CachingGiven = _run.CachingGiven };
        if (_router.RefuseCall(args, Client, _run.MayCrossSlots, ref _slot, ref command) is { } elsewhere)
            return elsewhere;
        _router.Place(args, ref command, out _);
        if ((command.ShardMask & ~_run.Held) != 0)
            return Undeclared;
        // What has begun to write is not stopped in the middle for want of memory.
        _allowsOom = _run.AllowsOom || HasWritten;
        HasWritten |= descriptor.Has(CommandFlags.Write);
        Reply.Resp3 = Resp3;
        if (command.ShardMask != 0)
            HeldShards.Run(this, Reply, ref command);
        else
            CommandRunner.Invoke(this, null, Reply, ref command);
        return null;
    }

    private bool TryCopy(Lua lua, int index)
    {
        switch (LuaApi.TypeOf(lua, index))
        {
            case LuaType.String:
                ReadOnlySpan<byte> text = LuaApi.StringAt(lua, index);
                int at = Reserve(text.Length);
                text.CopyTo(Data.AsSpan(at));
                return true;
            case LuaType.Number:
                string number = TextOf(lua, index);
                int place = Reserve(number.Length);
                Encoding.ASCII.GetBytes(number, Data.AsSpan(place));
                return true;
            default:
                return false;
        }
    }

    // "%.17g" of C, as Redis prints a number argument; from 1e17 on that is an exponent.
    private static string TextOf(Lua lua, int index)
    {
        const double WholeMax = 1e17;
        if (lua.IsInteger(index) && Math.Abs((double)lua.ToInteger(index)) < WholeMax)
            return lua.ToInteger(index).ToString(CultureInfo.InvariantCulture);
        double number = lua.ToNumber(index);
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? (double.IsNegative(number) ? "-nan" : "nan") : number > 0 ? "inf" : "-inf";
        return number == Math.Floor(number) && Math.Abs(number) < WholeMax
            ? number.ToString("F0", CultureInfo.InvariantCulture)
            : number.ToString("G17", CultureInfo.InvariantCulture).Replace('E', 'e');
    }

    // Room for one more argument; where it begins.
    private int Reserve(int length)
    {
        if (Data.Length - _used < length)
        {
            byte[] grown = new byte[Math.Max(1024, (_used + length) * 2)];
            Data.AsSpan(0, _used).CopyTo(grown);
            Data = grown;
        }

        int at = _used;
        Args.Add(at, length);
        _used += length;
        return at;
    }
}
