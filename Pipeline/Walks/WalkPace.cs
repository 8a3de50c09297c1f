// Owner: the ticker's tick, one at a time. The counts of slices it compares are the shards'; a stale reading costs a slice too many.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>Walks the shards that nobody asks for anything: each tick runs slices on those that have run none since the last, for a share of the period.</summary>
internal sealed class WalkPace(ShardBlock[] shards, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    private readonly long[] _seen = new long[shards.Length];
    private readonly TimeSpan _share = Period / 2;
    private Ticker? _ticker;
    private int _walking = shards.Length;

    public void AddTo(FlowScope scope, Stage stage) => _ticker = scope.AddTicker("pace", stage, Period);

    public void Start() => _ticker!.Start(TickAsync);

    public void End() => _ticker?.Complete();

    /// <summary>Ends the ticks when the last walk has ended, one way or the other.</summary>
    public async Task FollowAsync(Task walk)
    {
        await walk.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Interlocked.Decrement(ref _walking) == 0)
            End();
    }

    private async Task<bool> TickAsync(Tick tick)
    {
        foreach (ShardBlock shard in shards)
        {
            if (shard.Walks is not { } walks || walks.Slices != _seen[shard.Index])
            {
                _seen[shard.Index] = shard.Walks?.Slices ?? 0;
                continue;
            }

            long started = time.GetTimestamp();
            while (await IdleSlice.RunAsync(shard) && time.GetElapsedTime(started) < _share)
            {
            }

            _seen[shard.Index] = shard.Walks?.Slices ?? 0;
        }

        return true;
    }

    /// <summary>A slice whose end somebody waits for.</summary>
    private sealed class IdleSlice : ShardMessage
    {
        private readonly TaskCompletionSource<bool> _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static Task<bool> RunAsync(ShardBlock shard)
        {
            IdleSlice slice = new();
            if (!shard.Post(slice))
                return Task.FromResult(false);
            Resumptions.Flush();
            return slice._ran.Task;
        }

        internal override bool Run(ShardBlock shard)
        {
            _ran.SetResult(shard.Walks?.RunSlice() ?? false);
            return true;
        }

        internal override void Refuse(Exception reason) => _ran.TrySetResult(false);
    }
}
