// Owner: the server's scheduler, on which it reads the shard between the shard's messages, as a fiber of the shard's thread does.

using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>
/// A streamer as RestoreStreamer was before dragonfly#4224: it holds no lease, waits for its sink in the middle of a bucket, and a stop sets a flag that it looks at
/// when it comes to the next bucket. Its one virtue is that its block does not complete before it has gone. It streams strings, which nobody changes here.
/// </summary>
internal sealed class BareSource(StreamPlace place) : StreamSource(place)
{
    private DashTable? _table;
    private WalkCursor _cursor;
    private TaskCompletionSource? _room;

    /// <summary>The walk, so that it is nobody's detached work.</summary>
    public Task Walking { get; private set; } = Task.CompletedTask;

    protected override void Register(ShardBlock shard)
    {
        _table = shard.Keyspace[0].Table;
        WalkCursor counting = default;
        while (_table.TryWalk(ref counting, out BucketRef bucket))
            KeysAtCut += StringsOf(bucket).Count;
        Walking = Place.Scheduler.Run(WalkAsync);
    }

    // The flag is set: all that a stop did.
    protected override void StopWalking()
    {
    }

    protected override void GoOn() => _room?.TrySetResult();

    protected override void Refused(Exception? reason) => End();

    private async Task WalkAsync()
    {
        try
        {
            while (!IsStopping && _table!.TryWalk(ref _cursor, out BucketRef bucket))
            {
                foreach (uint record in StringsOf(bucket))
                {
                    Found(Encoding.Latin1.GetString(_table.KeyOfRecord(record)));
                    if (!HasRoom)
                        await RoomAsync();
                }

                await Place.World.Delay(TimeSpan.FromMicroseconds(Place.Random.Below(100)), Place.Scheduler);
            }

            if (!IsStopping)
                WalkedAll();
        }
        catch (ArenaCheckException)
        {
            // Without checks it would have read what somebody else's memory holds.
            WasStale = true;
        }

        End();
    }

    private List<uint> StringsOf(BucketRef bucket)
    {
        List<uint> records = [];
        foreach (Slot slot in _table!.SlotsOf(bucket))
        {
            if (_table.Kind(slot) == ValueKind.String)
                records.Add(_table.RecordHandle(slot));
        }

        return records;
    }

    private Task RoomAsync()
    {
        _room = new TaskCompletionSource();
        return _room.Task;
    }
}
