using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Faults;

/// <summary>
/// A consumer of one shard's memory as the design wants it: it takes a lease in a message, goes through the table slice by slice with waits for its sink in
/// between, and gives the lease back when it has come to the end or was told to stop. As a control it may have no lease, or no place in the graph.
/// </summary>
internal sealed class SimWalk(SimWorld world, SeededScheduler scheduler, ShardBlock shard, TimeSpan sinkDelay, WalkManners manners) : IFlowBlock
{
    private const int BucketsPerSlice = 8;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();
    private ArenaLease? _lease;
    private WalkCursor _cursor;
    private bool _stopping;
    private readonly List<uint> _records = [];
    private DashTable? _table;
    private bool _posted;
    private bool _started;

    public Task Completion => _completion.Task;

    public long QueueLength => 0;

    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Records seen.</summary>
    public long Seen { get; private set; }

    /// <summary>Takes the first slice, unless it was told to stop before: a cancel before the start latches.</summary>
    public void Start()
    {
        if (_started || (_stopping && !manners.HasFlag(WalkManners.StartsLate)))
            return;
        _started = true;
        Post();
    }

    // Between two slices it waits for its sink, and need not wait any longer. A slice under way ends first: cancelled is not quiesced.
    public void Complete()
    {
        _stopping = true;
        if (manners.HasFlag(WalkManners.StartsLate) && !_started)
            scheduler.Post(Start);
        if (manners.HasFlag(WalkManners.IgnoresStop))
            _completion.TrySetResult();
        else if (!_posted)
            End();
    }

    public void Fault(Exception exception) => Complete();

    /// <summary>Its process was killed: nobody reads any more.</summary>
    public void Drop() => _lease?.Release();

    private bool IsToldToStop => _stopping && !manners.HasFlag(WalkManners.IgnoresStop) && !manners.HasFlag(WalkManners.StartsLate);

    private void Post()
    {
        _posted = true;
        if (!shard.Post(new Slice(this)))
            Refuse();
        Resumptions.Flush();
    }

    private void Refuse()
    {
        _posted = false;
        End();
    }

    private void End()
    {
        bool keeps = manners.HasFlag(WalkManners.KeepsLease) || (manners.HasFlag(WalkManners.StartsLate) && Completion.IsCompleted);
        if (!keeps)
            _lease?.Release();
        _completion.TrySetResult();
    }

    private void Run(ShardBlock owner)
    {
        _posted = false;
        if (!manners.HasFlag(WalkManners.HasNoLease))
            _lease ??= owner.Keyspace.Arena.Lease("simulated walk");
        _ledger.Accept();
        bool more = Walk(owner.Keyspace[0].Table);
        _ledger.Done();
        if (!more || IsToldToStop)
            End();
        else
            world.After(sinkDelay, scheduler, Next);
    }

    private bool Walk(DashTable table)
    {
        _table = table;
        _records.Clear();
        for (int i = 0; i < BucketsPerSlice; i++)
        {
            if (!table.TryWalk(ref _cursor, out BucketRef bucket))
                return false;
            Seen += bucket.Count;
            foreach (Slot slot in table.SlotsOf(bucket))
                _records.Add(table.RecordHandle(slot));
        }

        return true;
    }

    // One that goes on after its stop was in the middle of a bucket, and reads what is left of it where it stands: outside any message.
    private void Next()
    {
        if (_stopping && manners.HasFlag(WalkManners.IgnoresStop))
        {
            foreach (uint record in _records)
                Seen += _table!.KeyOfRecord(record).Length > 0 ? 1 : 0;
            world.After(TimeSpan.FromMilliseconds(1), scheduler, Next);
            return;
        }

        if (!IsToldToStop && (!Completion.IsCompleted || manners != WalkManners.Proper))
            Post();
    }

    private sealed class Slice(SimWalk walk) : ShardMessage
    {
        internal override bool Run(ShardBlock shard)
        {
            walk.Run(shard);
            return true;
        }

        internal override void Refuse(Exception reason) => walk.Refuse();
    }
}
