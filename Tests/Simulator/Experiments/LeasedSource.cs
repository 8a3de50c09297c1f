// Owner: the shard inside its messages, else the server's scheduler.

using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>
/// A streamer over the store's own walk: lease, epochs and observation begin and end in steps of the shard, a slice is a message, and no slice waits. A stop is a
/// message too, so that it never comes in the middle of a bucket.
/// </summary>
internal sealed class LeasedSource(StreamPlace place) : StreamSource(place), IWalkConsumer
{
    private ShardWalk? _walk;
    private bool _isSliceDue;

    public bool WantsMore => HasRoom && !IsStopping;

    public void Take(Database content, int database, BucketSlots records)
    {
        foreach (Slot slot in records)
            Found(Encoding.Latin1.GetString(content.Table.Key(slot)));
    }

    public void Finished(ShardWalk walk) => WalkedAll();

    public override void Drop() => _walk?.End();

    protected override void Register(ShardBlock shard)
    {
        _walk = ShardWalks.Register(shard, Place.Name, this);
        // The slices are the trial's: they come at times that the seed decides.
        shard.Walks!.Budget.Share = 0;
        KeysAtCut = (int)_walk.Databases.Sum(walked => walked.Tap.Content.Count);
        GoOn();
    }

    protected override void StopWalking() => Post(new Slice(this));

    protected override void GoOn()
    {
        if (_isSliceDue || !IsWalking)
            return;
        _isSliceDue = true;
        Place.World.After(TimeSpan.FromMicroseconds(Place.Random.Below(400)), Place.Scheduler, () =>
        {
            _isSliceDue = false;
            if (IsWalking && !IsStopping)
                Post(new Slice(this));
        });
    }

    protected override void Refused(Exception? reason) => Leave();

    private void Run()
    {
        if (!IsWalking)
            return;
        if (IsStopping)
        {
            Leave();
            return;
        }

        _walk!.Advance(Place.Random.Between(1, 12));
        if (HasRoom)
            GoOn();
    }

    private void Leave()
    {
        _walk?.End();
        End();
    }

    private sealed class Slice(LeasedSource source) : ShardMessage
    {
        internal override bool Run(ShardBlock shard)
        {
            source.Run();
            return true;
        }

        internal override void Refuse(Exception reason) => source.Refused(reason);
    }
}
