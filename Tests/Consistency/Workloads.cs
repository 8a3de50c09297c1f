using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>Registers: single keys, and pairs of keys on two shards that are always written together, so that each copy is the register.</summary>
internal sealed class RegisterWorkload(StoreEngine engine)
{
    private const int Singles = 4;
    private const int Pairs = 3;

    private readonly (string First, string Second)[] _pairs =
        [.. Enumerable.Range(0, Pairs).Select(i => (engine.KeyOn(i % engine.Shards.Length, $"left{i}-"), engine.KeyOn((i + 1) % engine.Shards.Length, $"right{i}-")))];

    internal IEnumerable<RegisterOperation> Operate(HistoryClient client)
    {
        if (client.Random.Next(2) == 0)
            return [OperateOnPair(client, client.Random.Next(Pairs))];
        string key = $"register{client.Random.Next(Singles)}";
        return client.Random.Next(5) == 0 ? CompareAndSet(client, key) : [OperateOnSingle(client, key)];
    }

    private static RegisterOperation OperateOnSingle(HistoryClient client, string key)
    {
        string put = Text(client.Unique());
        long invoked, completed;
        switch (client.Random.Next(3))
        {
            case 0:
                client.Ask(out invoked, out completed, ["SET", key, put]);
                return new RegisterOperation(key, client.Number, RegisterAction.Write, null, put, invoked, completed);
            case 1:
                string? before = TextOf(client.Ask(out invoked, out completed, ["GETSET", key, put]));
                return new RegisterOperation(key, client.Number, RegisterAction.Swap, before, put, invoked, completed);
            default:
                return Read(client, key, ["GET", key]);
        }
    }

    // WATCH and EXEC make one step of it: if EXEC ran, the value was still the one that GET had seen.
    private static IEnumerable<RegisterOperation> CompareAndSet(HistoryClient client, string key)
    {
        string put = Text(client.Unique());
        string? seen = TextOf(client.Ask(out long invoked, out long completed, ["WATCH", key], ["GET", key]));
        yield return new RegisterOperation(key, client.Number, RegisterAction.Read, seen, null, invoked, completed);
        if (!client.Ask(out invoked, out completed, ["MULTI"], ["SET", key, put], ["EXEC"]).IsNull)
            yield return new RegisterOperation(key, client.Number, RegisterAction.CompareAndSet, seen, put, invoked, completed);
    }

    private RegisterOperation OperateOnPair(HistoryClient client, int pair)
    {
        string register = $"pair{pair}";
        (string first, string second) = _pairs[pair];
        switch (client.Random.Next(4))
        {
            case 0:
                string put = Text(client.Unique());
                client.Ask(out long invoked, out long completed, ["MSET", first, put, second, put]);
                return new RegisterOperation(register, client.Number, RegisterAction.Write, null, put, invoked, completed);
            case 1:
                RespValue both = client.Ask(out invoked, out completed, ["MGET", first, second]);
                string? one = TextOf(both[0]), other = TextOf(both[1]);
                return new RegisterOperation(register, client.Number, RegisterAction.Read, one == other ? one : $"{one}|{other}", null, invoked, completed);
            default:
                return Read(client, register, ["GET", client.Random.Next(2) == 0 ? first : second]);
        }
    }

    private static RegisterOperation Read(HistoryClient client, string register, string[] command)
    {
        string? seen = TextOf(client.Ask(out long invoked, out long completed, command));
        return new RegisterOperation(register, client.Number, RegisterAction.Read, seen, null, invoked, completed);
    }

    private static string? TextOf(RespValue value) => value.IsNull ? null : value.Text;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Lists over several shards that MULTI and scripts read as a whole and append to.</summary>
internal static class ListWorkload
{
    private const int Lists = 6;

    private const string Script = """
        local replies = {}
        for i, key in ipairs(KEYS) do
            if ARGV[i] == '' then
                replies[i] = redis.call('lrange', key, 0, -1)
            else
                replies[i] = redis.call('rpush', key, ARGV[i])
            end
        end
        return replies
        """;

    internal static IEnumerable<ListTransaction> Operate(HistoryClient client)
    {
        (string Key, int? Append)[] plan = [.. Enumerable.Range(0, client.Random.Next(1, 5))
            .Select(_ => ($"list{client.Random.Next(Lists)}", client.Random.Next(2) == 0 ? (int?)null : client.Unique()))];
        RespValue replies = client.Random.Next(4) == 0
            ? client.Ask(out long invoked, out long completed, ["EVAL", Script, plan.Length.ToString(CultureInfo.InvariantCulture), .. plan.Select(step => step.Key), .. plan.Select(step => $"{step.Append}")])
            : client.Ask(out invoked, out completed, [["MULTI"], .. plan.Select(Command), ["EXEC"]]);
        yield return new ListTransaction(client.Number, [.. plan.Select((step, i) => Seen(step.Key, step.Append, replies[i]))], invoked, completed);
    }

    /// <summary>The last transaction of a history: it reads all.</summary>
    internal static ListTransaction ReadAll(HistoryClient client)
    {
        string[] keys = [.. Enumerable.Range(0, Lists).Select(i => $"list{i}")];
        RespValue replies = client.Ask(out long invoked, out long completed, [["MULTI"], .. keys.Select(key => Command((key, null))), ["EXEC"]]);
        return new ListTransaction(client.Number, [.. keys.Select((key, i) => Seen(key, null, replies[i]))], invoked, completed);
    }

    private static string[] Command((string Key, int? Append) step)
        => step.Append is { } element ? ["RPUSH", step.Key, element.ToString(CultureInfo.InvariantCulture)] : ["LRANGE", step.Key, "0", "-1"];

    private static ListAction Seen(string key, int? appended, RespValue reply)
        => new(key, appended, appended is null ? [.. reply.Items.Select(item => (int)item.Integer)] : null);
}

/// <summary>Accounts over several shards: transfers by MULTI and by scripts; what is read of all of them has one sum.</summary>
internal static class BankWorkload
{
    internal const int Accounts = 6;
    internal const int Balance = 100;

    private const string Script = """
        if tonumber(redis.call('get', KEYS[1])) < tonumber(ARGV[1]) then
            return 0
        end
        redis.call('decrby', KEYS[1], ARGV[1])
        redis.call('incrby', KEYS[2], ARGV[1])
        return 1
        """;

    private static readonly string[] Names = [.. Enumerable.Range(0, Accounts).Select(i => $"account{i}")];

    internal static void Open(HistoryClient client)
        => client.Ask(out _, out _, ["MSET", .. Names.SelectMany(name => new[] { name, Balance.ToString(CultureInfo.InvariantCulture) })]);

    /// <summary>The sum that a reader saw, if it was one.</summary>
    internal static IEnumerable<long> Operate(HistoryClient client)
    {
        string from = Names[client.Random.Next(Accounts)], to = Names[client.Random.Next(Accounts)];
        string amount = client.Random.Next(1, 20).ToString(CultureInfo.InvariantCulture);
        switch (client.Random.Next(4))
        {
            case 0:
                client.Ask(out _, out _, ["MULTI"], ["DECRBY", from, amount], ["INCRBY", to, amount], ["EXEC"]);
                return [];
            case 1:
                client.Ask(out _, out _, ["EVAL", Script, "2", from, to, amount]);
                return [];
            case 2:
                return [client.Ask(out _, out _, ["MGET", .. Names]).Items.Sum(item => item.Integer)];
            default:
                return [client.Ask(out _, out _, [["MULTI"], .. Names.Select(name => new[] { "GET", name }), ["EXEC"]]).Items.Sum(item => item.Integer)];
        }
    }
}
