using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>Seeded rounds of clients that wait, are served, time out, are unblocked and go: who gets what follows from the order of arrival alone.</summary>
[TestClass]
public class BlockingRoundsTests
{
    private const int Rounds = 1000;
    private static readonly int[] ShardCounts = [1, 3, 8];
    private const int Steps = 60;
    private const int Clients = 6;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_thousand_rounds_agree_with_the_model()
    {
        int served = 0, from = int.Parse(Environment.GetEnvironmentVariable("DFLOW_SEED") ?? "1", CultureInfo.InvariantCulture);
        int rounds = Environment.GetEnvironmentVariable("DFLOW_SEED") is null ? Rounds : 1;
        for (int seed = from; seed < from + rounds; seed++)
        {
            using Round round = new(seed, ShardCounts[seed % ShardCounts.Length]);
            try
            {
                round.Run();
            }
            catch (AssertFailedException wrong)
            {
                Assert.Fail($"replay: DFLOW_SEED={seed} dotnet test Tests --filter FullyQualifiedName~BlockingRoundsTests\n{wrong.Message}\n{round.Log}");
            }

            served += round.Served;
        }

        TestContext.WriteLine($"{rounds} rounds, {served} replies of waiting clients");
        Assert.IsGreaterThan(rounds, served);
    }

    private sealed class Round : IDisposable
    {
        private readonly Random _random;
        private readonly ManualTimeProvider _time = new();
        private readonly InProcessClient _other;
        private readonly InProcessClient[] _clients;
        private readonly WaitingModel _model = new();
        private readonly List<string> _log = [];
        private long _nowMs;
        private int _pushed;

        internal Round(int seed, int shards)
        {
            _random = new Random(seed);
            _other = new InProcessClient(shards, _time);
            _clients = [.. Enumerable.Range(0, Clients).Select(_ => new InProcessClient(_other.Engine))];
        }

        internal int Served { get; private set; }

        /// <summary>The last steps, to read what went wrong.</summary>
        internal string Log => string.Join('\n', _log.TakeLast(20));

        internal void Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                Step();
                Compare();
            }

            // What is left in the lists is what nobody was given, in order.
            foreach (string key in (string[])[.. Keys(3), "t"])
            {
                for (string? value = _model.Pop(key); value is not null; value = _model.Pop(key))
                    Assert.AreEqual(Bulk(value), _other.Execute("LPOP", key));
                Assert.AreEqual("$-1\r\n", _other.Execute("LPOP", key));
            }

            Assert.IsEmpty(_model.Left());
        }

        public void Dispose()
        {
            foreach (InProcessClient client in _clients)
                client.Dispose();
            BlockingTests.AssertNobodyWaits(_other.Engine);
            _other.Dispose();
        }

        private void Step()
        {
            int client = _random.Next(Clients);
            bool waits = _model.Waiting.Contains(client);
            switch (_random.Next(10))
            {
                case 0 or 1 or 2 or 3 when !waits:
                    Begin(client);
                    break;
                case 4 or 5 or 6:
                    Push();
                    break;
                case 7 when waits:
                    Kill(client);
                    break;
                case 8 when waits:
                    Assert.AreEqual(":1\r\n", _other.Execute("CLIENT", "UNBLOCK", _clients[client].Session.Client.Id.ToString(CultureInfo.InvariantCulture)));
                    _log.Add($"client {client} is unblocked");
                    _model.TimeOut(client);
                    break;
                case 9:
                    _log.Add("20 ms");
                    _nowMs += 20;
                    _time.Advance(TimeSpan.FromMilliseconds(20));
                    _model.Advance(_nowMs);
                    break;
            }
        }

        private void Begin(int client)
        {
            bool moves = _random.Next(3) == 0;
            string[] keys = moves ? [Key()] : Keys(_random.Next(1, 4));
            // Over several shards a move is a transaction of its own: which of two keys that became ready meanwhile goes first is free.
            string? target = !moves ? null : _other.Engine.Shards.Length == 1 ? Key() : "t";
            bool limited = _random.Next(2) == 0;
            string timeout = limited ? "0.05" : "0";
            string[] command = moves ? ["BLMOVE", keys[0], target!, "LEFT", "RIGHT", timeout] : ["BLPOP", .. keys, timeout];
            _log.Add($"client {client}: {string.Join(' ', command)}");
            _model.Begin(client, keys, target, limited ? _nowMs + 50 : null);
            if (_clients[client].Begin(command) is { } reply)
            {
                Assert.IsTrue(_model.Replies.Remove(client, out string? expected), "it had to wait");
                Assert.AreEqual(expected, reply);
            }
        }

        private void Push()
        {
            string key = Key();
            string[] values = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => $"v{_pushed++}")];
            _log.Add($"RPUSH {key} {string.Join(' ', values)}");
            _model.Push(key, values);
            _other.Execute(["RPUSH", key, .. values]);
        }

        private void Kill(int client)
        {
            _log.Add($"client {client} goes");
            _model.Leave(client);
            _clients[client].Dispose();
            _clients[client] = new InProcessClient(_other.Engine);
        }

        private void Compare()
        {
            HashSet<int> waiting = [.. _model.Waiting];
            for (int client = 0; client < Clients; client++)
            {
                if (waiting.Contains(client))
                {
                    Assert.IsNull(_clients[client].Poll(), $"client {client} has to wait");
                }
                else if (_model.Replies.Remove(client, out string? expected))
                {
                    Assert.AreEqual(expected, _clients[client].Poll());
                    Served++;
                }
            }

            Assert.AreEqual(waiting.Count, _other.Engine.BlockedClients.Count);
        }

        private string Key() => $"k{_random.Next(3)}";

        private string[] Keys(int count) => [.. Enumerable.Range(0, 3).Select(i => $"k{i}").OrderBy(_ => _random.Next()).Take(count)];

        private static string Bulk(string value) => $"${value.Length}\r\n{value}\r\n";
    }
}
