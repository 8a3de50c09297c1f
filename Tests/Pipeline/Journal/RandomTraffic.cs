using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Tests.Differential.Families;
using DragonflyFlow.Tests.Differential.Grammar;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>
/// Commands of one family, drawn from a seed, as clients send them: alone, several in one read, in a MULTI, in a script; meanwhile time passes, in steps that
/// make keys and fields expire, and upkeep runs.
/// </summary>
internal sealed class RandomTraffic(InProcessClient client, ManualTimeProvider time, ScriptFamily family, int seed)
{
    private const string ScriptOfTwo = "local n = tonumber(ARGV[1]) redis.pcall(unpack(ARGV, 2, n + 1)) return redis.pcall(unpack(ARGV, n + 2))";

    private static readonly CommandTable Table = new(CommandFamilies.All);

    private readonly Random _random = new(seed);

    /// <summary>What the differential tests do not draw: short times, fields that expire, ids from the clock.</summary>
    internal static ScriptFamily Momentary { get; } = new(
        "momentary",
        """
        SET <str> <value> PX <count>
        SET <str> <value> KEEPTTL
        PEXPIRE <key> <count>
        PEXPIRE <key> <count> [NX|XX|GT|LT]
        GETEX <str> PX <count>
        APPEND <str> <value>
        INCR <str>
        RPUSH <list> <element>...
        SADD <set> <member>...
        SPOP <set> [<count>]
        SMOVE <set> <set> <member>
        HSET <hash> (<field> <value>)...
        HSET <hash> (<manyfield> <value>)*30
        HINCRBY <hash> <field> 3
        HINCRBYFLOAT <hash> <field> 1.5
        HDEL <hash> <field>...
        HPEXPIRE <hash> <count> [NX|XX|GT|LT] FIELDS 2 <field> <field>
        HPEXPIRE <hash> <count> FIELDS 3 <manyfield> <field> <field>
        HEXPIRE <hash> <ttl> FIELDS 1 <field>
        HPERSIST <hash> FIELDS 2 <field> <field>
        HGETEX <hash> [PX <count>|PERSIST] FIELDS 2 <field> <field>
        HGETDEL <hash> FIELDS 2 <field> <field>
        HSETEX <hash> [FNX|FXX] [PX <count>|KEEPTTL] FIELDS 2 <field> <value> <field> <value>
        HGETALL <hash>
        RENAME <key> <key>
        COPY <key> <key> [REPLACE]
        XADD <stream> * <field> <value>
        XADD <stream> MAXLEN ~ <count> * <field> <value>
        XGROUP CREATE <stream> <group> 0
        XREADGROUP GROUP <group> <consumer> COUNT 3 STREAMS <stream> <stream> > >
        XREADGROUP GROUP <group> <consumer> COUNT 3 STREAMS <stream> 0
        XAUTOCLAIM <stream> <group> <consumer> 5 0 COUNT 2
        DEL <key>
        """,
        "hash",
        "HGETALL",
        "<key>");

    /// <summary>All families of commands that change data.</summary>
    internal static IEnumerable<ScriptFamily> Families => ScriptFamily.All.Append(Momentary);

    /// <summary>What is done between two reads of the client.</summary>
    internal Action? Between { get; init; }

    internal void Run(int commands)
    {
        List<string[]> script = ScriptWriter.Write(family, seed, commands);
        bool mayWrap = !script.Any(static command => command[0].Equals("MULTI", StringComparison.OrdinalIgnoreCase));
        for (int at = 0; at < script.Count;)
        {
            int count = Math.Min(_random.Next(1, 8), script.Count - at);
            List<string[]> next = script.GetRange(at, count);
            at += count;
            Send(next, mayWrap ? _random.Next(10) : 9);
            Pass();
        }
    }

    private void Send(List<string[]> commands, int manner)
    {
        if (manner < 2)
            client.Pipeline([["MULTI"], .. commands.Where(static command => !IsOfConnection(command)), ["EXEC"]]);
        else if (manner < 4 && commands.Count > 1)
            client.Execute(["EVAL", ScriptOfTwo, "0", commands[0].Length.ToString(CultureInfo.InvariantCulture), .. commands[0], .. commands[1]]);
        else if (manner < 7 && !commands.Exists(MayWait))
            client.Pipeline([.. commands]);
        else
            commands.ForEach(Ask);
    }

    // A command that waits is answered when its time is over.
    private void Ask(string[] command)
    {
        string? reply = client.Begin(command);
        for (int i = 0; reply is null && i < 10; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(5));
            reply = client.Poll();
        }

        Assert.IsNotNull(reply, string.Join(' ', command));
    }

    private void Pass()
    {
        Between?.Invoke();
        int step = _random.Next(40);
        if (step < 20)
            time.Advance(TimeSpan.FromMilliseconds(step / 4));
        else if (step == 20)
            time.Advance(TimeSpan.FromSeconds(_random.Next(300_000)));
        if (step % 10 == 0)
            client.Engine.PostToShards(shard => shard.Keyspace.RunUpkeep(64, 4));
    }

    private static bool IsOfConnection(string[] command) => command[0].ToUpperInvariant() is "RESET" or "HELLO" or "AUTH" or "CLIENT" or "QUIT";

    private static bool MayWait(string[] command) => Table.Find(Encoding.Latin1.GetBytes(command[0])) is { } found && found.Has(CommandFlags.Blocking);
}
