using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>How the transactions of a run are made atomic.</summary>
public enum Control
{
    /// <summary>Ordered acquisition.</summary>
    Ordered,

    /// <summary>VLL.</summary>
    Vll,

    /// <summary>Not at all: a checker that passes it checks nothing.</summary>
    LocksOff,
}

/// <summary>A store with several shards and clients on threads of their own, each with its random choices from one seed, against one clock of events.</summary>
internal sealed class HistoryRun : IDisposable
{
    private const int Clients = 4;

    private readonly Control _control;
    private readonly int _shards;
    private readonly int _seed;
    private readonly string _test;

    internal HistoryRun(Control control, int shards, int seed, string test)
    {
        _control = control;
        _shards = shards;
        _seed = seed;
        _test = test;
        Engine = new StoreEngine(
            new StoreEngineOptions
            {
                Shards = shards,
                Seed = (ulong)seed,
                Checked = true,
                Concurrency = blocks => control switch
                {
                    Control.Ordered => new Disturbed(new OrderedAcquisition(blocks), seed),
                    Control.Vll => new Disturbed(new Vll(blocks), seed),
                    _ => new LocksOff(blocks),
                },
            },
            TimeProvider.System);
    }

    /// <summary>The seeds of a run of tests: those from 1 on, or the one of DFLOW_SEED.</summary>
    internal static IEnumerable<int> Seeds(int count)
        => int.TryParse(Environment.GetEnvironmentVariable("DFLOW_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out int one) ? [one] : Enumerable.Range(1, count);

    internal StoreEngine Engine { get; }

    internal EventClock Clock { get; } = new();

    /// <summary>The line that makes the same choices again; the threads' timing is not the seed's.</summary>
    internal string Replay => $"{_control}, {_shards} shards; the same choices again: DFLOW_SEED={_seed} dotnet test Tests --filter FullyQualifiedName~{_test}";

    /// <summary>Runs the clients until each has done its operations; what they recorded.</summary>
    internal async Task<List<T>> RunAsync<T>(int operations, Func<HistoryClient, IEnumerable<T>> operate)
    {
        using Barrier start = new(Clients);
        Task<List<T>>[] running = [.. Enumerable.Range(0, Clients).Select(number => Task.Factory.StartNew(
            () =>
            {
                using InProcessClient connection = new(Engine);
                HistoryClient client = new(connection, Clock, number, new Random((_seed * 1000) + number));
                List<T> recorded = [];
                start.SignalAndWait();
                for (int i = 0; i < operations; i++)
                    recorded.AddRange(operate(client));
                return recorded;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        List<T> all = [.. (await Task.WhenAll(running)).SelectMany(recorded => recorded)];
        foreach (ShardBlock shard in Engine.Shards)
        {
            shard.Ledger.AssertSettled($"shard-{shard.Index}");
            Assert.IsNull(shard.Schedule, Replay);
        }

        return all;
    }

    public void Dispose()
    {
        foreach (ShardBlock shard in Engine.Shards)
            shard.Complete();
        Engine.Dispose();
    }
}
