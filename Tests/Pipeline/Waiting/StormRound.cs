using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>
/// One round: clients wait, others push, alone, in MULTI and in scripts; keys are deleted, retyped, renamed onto; clients are killed, unblocked, go, or run out of time; at last
/// the store stops. After each step: no element is lost or given twice; those who wait for a key are served in the order of their arrival, with its elements in theirs;
/// and nobody waits for what is there.
/// </summary>
internal sealed class StormRound : IDisposable
{
    private const int Steps = 60;
    private const int Clients = 8;
    private const int StepMs = 20;

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly InProcessClient _other;
    private readonly InProcessClient[] _clients;
    private readonly Dictionary<int, StormWaiter> _waiting = [];
    private readonly Dictionary<int, StormWaiter> _begun = [];
    private readonly List<(StormWaiter Waiter, RespValue Reply)> _answered = [];
    private readonly List<string> _log = [];
    private long _nowMs;
    private int _tokens;

    internal StormRound(int seed, int shards)
    {
        _random = new Random(seed);
        _other = new InProcessClient(shards, _time);
        _clients = [.. Enumerable.Range(0, Clients).Select(_ => new InProcessClient(_other.Engine))];
    }

    /// <summary>Something done behind the oracle's back after each step, to see that it sees it; null = nothing.</summary>
    internal Action<InProcessClient>? Sabotage { get; init; }

    /// <summary>Waiting clients that were given something.</summary>
    internal int Served { get; private set; }

    /// <summary>Keys whose elements were followed one by one.</summary>
    internal int Followed { get; private set; }

    /// <summary>The last steps, to read what went wrong.</summary>
    internal string Log => string.Join('\n', _log.TakeLast(25));

    internal void Run()
    {
        for (int step = 0; step < Steps; step++)
        {
            StormStore expected = StormStore.Read(_other);
            Step(expected);
            Sabotage?.Invoke(_other);
            Gather();
            Judge(expected, StormStore.Read(_other));
        }

        Stop();
    }

    public void Dispose()
    {
        foreach (InProcessClient client in _clients)
            client.Dispose();
        BlockingTests.AssertNobodyWaits(_other.Engine);
        _other.Dispose();
    }

    private void Step(StormStore expected)
    {
        int client = _random.Next(Clients);
        bool waits = _waiting.ContainsKey(client);
        switch (_random.Next(12))
        {
            case 0 or 1 or 2 or 3 or 4 when !waits:
                Begin(client);
                break;
            case 5 when waits:
                Leave(client);
                break;
            case 6 when waits:
                Unblock(client);
                break;
            case 7:
                _log.Add($"{StepMs} ms");
                _nowMs += StepMs;
                _time.Advance(TimeSpan.FromMilliseconds(StepMs));
                break;
            default:
                Change(expected);
                break;
        }
    }

    private void Begin(int client)
    {
        StormWaiter waiter = StormWaiter.Draw(_random, _nowMs, _tokens++);
        _log.Add($"client {client}: {string.Join(' ', waiter.Command)}");
        if (_clients[client].Begin(waiter.Command) is { } reply)
            _answered.Add((waiter, Parsed(reply)));
        else
            _begun.Add(client, waiter);
    }

    private void Leave(int client)
    {
        bool isKilled = _random.Next(2) == 0;
        _log.Add($"client {client} {(isKilled ? "is killed" : "goes")}");
        if (isKilled)
            Assert.AreEqual(":1\r\n", _other.Execute("CLIENT", "KILL", "ID", IdOf(client)));
        _clients[client].Dispose();
        _clients[client] = new InProcessClient(_other.Engine);
        _waiting.Remove(client);
    }

    private void Unblock(int client)
    {
        bool asError = _random.Next(2) == 0;
        _log.Add($"client {client} is unblocked");
        Assert.AreEqual(":1\r\n", _other.Execute(["CLIENT", "UNBLOCK", IdOf(client), asError ? "ERROR" : "TIMEOUT"]));
        RespValue reply = Parsed(_clients[client].Poll());
        Assert.IsTrue(asError ? reply.IsError && reply.Text.StartsWith("UNBLOCKED", StringComparison.Ordinal) : reply.IsNull, $"unblocked: {reply}");
        _waiting.Remove(client);
    }

    private void Change(StormStore expected)
    {
        string[][] commands = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => DrawChange())];
        switch (_random.Next(3))
        {
            case 0:
                commands = commands[..1];
                _other.Execute(commands[0]);
                break;
            case 1:
                _other.Pipeline([["MULTI"], .. commands, ["EXEC"]]);
                break;
            default:
                string body = string.Join(' ', commands.Select(command => $"redis.pcall({string.Join(',', command.Select(word => $"'{word}'"))})"));
                Assert.AreEqual("$-1\r\n", _other.Execute("EVAL", body, "0"));
                break;
        }

        _log.Add(string.Join("; ", commands.Select(command => string.Join(' ', command))));
        foreach (string[] command in commands)
            expected.Apply(command);
    }

    private string[] DrawChange()
    {
        string list = StormStore.Lists[_random.Next(4)], set = StormStore.SortedSets[_random.Next(2)];
        string[] any = [list, set, StormStore.Stream];
        return _random.Next(14) switch
        {
            0 or 1 or 2 or 3 => ["RPUSH", list, .. Tokens()],
            4 or 5 => ["LPUSH", list, .. Tokens()],
            // Scores grow, so that the order of the set is that of arrival.
            6 or 7 or 8 => ["ZADD", set, .. Tokens().SelectMany(token => new[] { token[1..], token })],
            9 => ["XADD", StormStore.Stream, $"{++_tokens}-1", "f", "v"],
            10 => ["LPOP", list],
            11 => ["DEL", any[_random.Next(3)]],
            12 => _random.Next(3) == 0 ? ["SET", any[_random.Next(3)], "text"] : ["DEL", any[_random.Next(3)]],
            _ => ["RENAME", "spare", list == "spare" ? "l0" : list],
        };
    }

    private IEnumerable<string> Tokens() => Enumerable.Range(0, _random.Next(1, 4)).Select(_ => $"v{++_tokens}");

    // Replies that have come, and who waits from here on.
    private void Gather()
    {
        foreach ((int client, StormWaiter waiter) in _waiting.ToArray())
        {
            if (_clients[client].Poll() is not { } reply)
                continue;
            _answered.Add((waiter, Parsed(reply)));
            _waiting.Remove(client);
        }

        foreach ((int client, StormWaiter waiter) in _begun)
            _waiting.Add(client, waiter);
        _begun.Clear();
    }

    private void Judge(StormStore expected, StormStore found)
    {
        (StormWaiter Waiter, string Key, string[] Elements)[] given = [.. _answered.Where(answer => WasServed(expected, answer.Waiter, answer.Reply))
            .Select(answer => (answer.Waiter, Given: answer.Waiter.Given(answer.Reply))).Select(answer => (answer.Waiter, answer.Given.Key, answer.Given.Elements))
            .OrderBy(answer => answer.Waiter.Arrival)];
        _answered.Clear();
        Served += given.Length;

        IEnumerable<string> takenAway = given.Where(answer => answer.Waiter.Target is null).SelectMany(answer => answer.Elements);
        CollectionAssert.AreEquivalent(expected.Elements.ToArray(), found.Elements.Concat(takenAway).ToArray(), "elements are lost or doubled");

        foreach ((int client, StormWaiter waiter) in _waiting)
        {
            foreach (string key in waiter.Keys)
            {
                Assert.IsEmpty(found.Of(key, waiter.Type), $"client {client} waits for {key}, which has elements");
                Assert.IsFalse(given.Any(answer => answer.Key == key && answer.Waiter.Type == waiter.Type && answer.Waiter.Count > 0 && answer.Waiter.Arrival > waiter.Arrival),
                    $"one that came later was served from {key} before client {client}");
            }

            Assert.IsFalse(waiter.DeadlineMs <= _nowMs, $"the time of client {client} is over");
        }

        Assert.AreEqual(_waiting.Count, _other.Engine.BlockedClients.Count);
        Follow(expected, found, given);
    }

    // Where nothing was moved, each gets the elements that were next when its turn came.
    private void Follow(StormStore expected, StormStore found, (StormWaiter Waiter, string Key, string[] Elements)[] given)
    {
        string?[] moved = [.. given.Where(answer => answer.Waiter.Target is not null).SelectMany(answer => new[] { answer.Key, answer.Waiter.Target })];
        foreach (IGrouping<string, (StormWaiter Waiter, string Key, string[] Elements)> of in given.Where(answer => answer.Waiter.Count > 0 && !moved.Contains(answer.Key)).GroupBy(answer => answer.Key))
        {
            foreach ((StormWaiter waiter, string key, string[] elements) in of)
                CollectionAssert.AreEqual(expected.Take(key, waiter.FromEnd, waiter.Count), elements, $"elements of {key}");
            string type = of.First().Waiter.Type;
            CollectionAssert.AreEqual(expected.Of(of.Key, type), found.Of(of.Key, type), $"what is left of {of.Key}");
            Followed++;
        }
    }

    private bool WasServed(StormStore expected, StormWaiter waiter, RespValue reply)
    {
        if (reply.IsNull)
        {
            Assert.IsTrue(waiter.DeadlineMs <= _nowMs, $"{waiter.Command[0]} answered nothing before its time");
            return false;
        }

        if (!reply.IsError)
            return true;
        bool isOfOtherType = waiter.Keys.Append(waiter.Target ?? waiter.Keys[0]).Any(key => expected.HasOther(key, waiter.Type));
        Assert.IsTrue(isOfOtherType && reply.Text.StartsWith("WRONGTYPE", StringComparison.Ordinal), $"{waiter.Command[0]} answered {reply}");
        return false;
    }

    private void Stop()
    {
        StormStore before = StormStore.Read(_other);
        foreach (InProcessClient client in _clients)
            client.Session.Release();
        foreach (int client in _waiting.Keys)
            Assert.AreEqual("-ERR Server is shutting down\r\n", _clients[client].Poll());
        CollectionAssert.AreEqual(before.Elements.ToArray(), StormStore.Read(_other).Elements.ToArray(), "a stop takes nothing");
    }

    private string IdOf(int client) => _clients[client].Session.Client.Id.ToString(CultureInfo.InvariantCulture);

    private static RespValue Parsed(string? reply) => RespValue.Parse(System.Text.Encoding.Latin1.GetBytes(reply ?? throw new AssertFailedException("no reply")));
}
