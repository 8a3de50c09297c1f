// Concurrency rule: each client belongs to its thread while it runs; _paused and _stopped are read by all of them.

using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Clients that write without a pause, each on a thread of its own.</summary>
internal sealed class MovingClients : IAsyncDisposable
{
    private readonly MovingClient[] _clients;
    private readonly Task[] _tasks;
    private readonly ManualResetEventSlim _going = new(true);
    private volatile bool _stopped;
    private int _resting;

    internal MovingClients(ServerCluster cluster, int count, int seed)
    {
        _clients = [.. Enumerable.Range(0, count).Select(i => new MovingClient(cluster, $"{i}", seed * 31 + i))];
        _tasks = [.. _clients.Select(client => Task.Factory.StartNew(() => Run(client), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Keys that there must be.</summary>
    internal int Keys => _clients.Sum(client => client.Keys);

    /// <summary>Waits until all of them have done so much more.</summary>
    internal Task RunAsync(int steps)
    {
        long[] goal = [.. _clients.Select(client => client.Done + steps)];
        return Eventually.IsSoAsync(
            () => Array.Exists(_tasks, task => task.IsFaulted) || _clients.Zip(goal).All(pair => pair.First.Done >= pair.Second),
            () => $"clients have done {string.Join(' ', _clients.Select(client => client.Done))} of {string.Join(' ', goal)}");
    }

    /// <summary>Runs something while no client has a command under way.</summary>
    internal async Task WhileRestingAsync(Func<Task> action)
    {
        _going.Reset();
        await Eventually.IsSoAsync(() => Volatile.Read(ref _resting) == _clients.Length || Array.Exists(_tasks, task => task.IsCompleted), () => "clients do not rest");
        await action();
        _going.Set();
    }

    /// <summary>Keys that are gone, though no client has deleted them.</summary>
    internal void Forget(Func<string, bool> isGone)
    {
        foreach (MovingClient client in _clients)
            client.Forget(isGone);
    }

    /// <summary>Ends them; throws what they have found.</summary>
    internal async Task StopAsync()
    {
        _stopped = true;
        _going.Set();
        await Task.WhenAll(_tasks);
    }

    internal void Check(string replay)
    {
        foreach (MovingClient client in _clients)
            client.Check(replay);
    }

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        _going.Set();
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _going.Dispose();
    }

    private void Run(MovingClient client)
    {
        while (!_stopped)
        {
            if (!_going.IsSet)
            {
                Interlocked.Increment(ref _resting);
                _going.Wait();
                Interlocked.Decrement(ref _resting);
            }

            client.Step();
        }
    }
}
