// Owner: the ticker's tick, one at a time. The counts of messages it compares are the shards'; a stale reading costs a burst too many. _rests is set by a tick and taken back by who
// comes first of those that have made room; one that comes while a tick ends may be in vain, which costs the time to the next.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>
/// Walks the shards that nobody asks for anything: each tick runs bursts of slices on those that have had hardly a message since the last, until one comes or the sinks
/// have enough. While ticks find nothing to do, since all shards are busy or the sinks are slow, they come seldom: each wakes two threads.
/// </summary>
internal sealed class WalkPace(ShardBlock[] shards)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(8);

    private const int TicksInVainMax = 8;
    private const int RestingPeriods = 8;

    // Fewer messages in a period leave a shard idle for most of it.
    private const int MessagesWhenIdle = 32;

    private readonly long[] _seen = new long[shards.Length];
    private Ticker? _ticker;
    private int _walking = shards.Length;
    private int _ticksInVain;
    private int _periods = 1; // that are one now
    private bool _rests;

    public void AddTo(FlowScope scope, Stage stage) => _ticker = scope.AddTicker("pace", stage, Period);

    public void Start() => _ticker!.Start(TickAsync);

    public void End() => _ticker?.Complete();

    /// <summary>A consumer wants more again: if bursts have ended for lack of that, they go on now, not at the next tick. Any thread.</summary>
    public void GoOn()
    {
        if (Volatile.Read(ref _rests) && Interlocked.Exchange(ref _rests, false))
            _ticker!.Hasten();
    }

    /// <summary>Ends the ticks when the last walk has ended, one way or the other.</summary>
    public async Task FollowAsync(Task walk)
    {
        await walk.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Interlocked.Decrement(ref _walking) == 0)
            End();
    }

    private async Task<bool> TickAsync(Tick tick)
    {
        bool hasWalked;
        bool isInVain = true;
        do
        {
            // Before it is looked whether anybody wants more: who makes room behind that look has another follow.
            Volatile.Write(ref _rests, true);
            hasWalked = false;
            foreach (ShardBlock shard in shards)
                hasWalked |= IsIdle(shard) && await IdleBurst.RunAsync(shard);
            isInVain &= !hasWalked;
        }
        while (hasWalked || (!isInVain && !Volatile.Read(ref _rests)));
        // Of busy shards the messages make slices follow, and nobody need be woken.
        if (isInVain)
            Volatile.Write(ref _rests, false);
        foreach (ShardBlock shard in shards)
            _seen[shard.Index] = shard.Walks?.Messages ?? 0;
        _ticksInVain = isInVain ? _ticksInVain + 1 : 0;
        Become(_ticksInVain < TicksInVainMax ? 1 : RestingPeriods);
        return true;
    }

    private void Become(int periods)
    {
        if (periods == _periods)
            return;
        _periods = periods;
        _ticker!.ChangePeriod(periods * Period);
    }

    // Since the end of the last tick.
    private bool IsIdle(ShardBlock shard) => shard.Walks is { } walks && walks.Messages - _seen[shard.Index] < MessagesWhenIdle * _periods;

    /// <summary>Slices in a row, whose end somebody waits for.</summary>
    private sealed class IdleBurst : ShardMessage
    {
        private readonly TaskCompletionSource<bool> _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly int _thread = Environment.CurrentManagedThreadId;

        public static Task<bool> RunAsync(ShardBlock shard)
        {
            IdleBurst burst = new();
            if (!shard.Post(burst))
                return Task.FromResult(false);
            Resumptions.Flush();
            return burst._ran.Task;
        }

        internal override bool Run(ShardBlock shard)
        {
            // On a thread that came here with somebody's commands it is one slice: that thread has sockets to serve.
            bool isOwnThread = Environment.CurrentManagedThreadId == _thread;
            _ran.SetResult(shard.Walks is { } walks && (isOwnThread ? walks.RunBurst() : walks.RunSlice()));
            return true;
        }

        internal override void Refuse(Exception reason) => _ran.TrySetResult(false);
    }
}
