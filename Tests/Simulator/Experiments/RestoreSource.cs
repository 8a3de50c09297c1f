// Owner: the shard inside its messages, else the server's scheduler.

using System.Text;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>
/// The streamer of slot migrations itself, for all slots: base values from a walk and, in order, every change, as frames in chunks; at the end the marker, and it leaves the
/// shard. Only the driver is the trial's: slices come when the seed says, and a chunk is a part. A key counts as found by its first frame; a list that does not come
/// with its first line then has had a change before its base value, and is sent again, so that it shows.
/// </summary>
internal sealed class RestoreSource : StreamSource
{
    // So little that the walk rests while a part is under way; changes may pile up. Each slice is a part.
    private static readonly MigrationLimits Limits = new() { PauseBytes = 64 * 1024, Stall = TimeSpan.FromSeconds(1), ShardShare = 0, Gathering = TimeSpan.Zero };

    private readonly RestoreStreamer _streamer;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<int> _chunkBytes = new();
    private readonly ArgList _words = new();
    private bool _isSliceDue;

    public RestoreSource(StreamPlace place)
        : base(place)
    {
        _streamer = new RestoreStreamer(place.Engine, place.Shard, place.Name, SlotSet.All, Limits);
        _streamer.Feed(new ChunkTarget(Take));
        Following = FollowAsync();
    }

    /// <summary>Its end, whoever brings it about, so that it is nobody's detached work.</summary>
    public Task Following { get; }

    public override void Taken()
    {
        base.Taken();
        if (_chunkBytes.TryDequeue(out int bytes))
            _streamer.Written(bytes);
        GoOn();
    }

    public override void Drop() => _streamer.EndInShard();

    protected override void Register(ShardBlock shard)
    {
        if (!_streamer.Register())
            return;
        KeysAtCut = (int)(WalkOf(shard)?.Databases.Sum(walked => walked.Tap.Content.Count) ?? 0);
        GoOn();
    }

    protected override void StopWalking() => _streamer.Fault(new OperationCanceledException("the store stops"));

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

    protected override void Refused(Exception? reason) => _streamer.Fault(reason ?? new OperationCanceledException("the shard takes no more work"));

    private ShardWalk? WalkOf(ShardBlock shard) => shard.Walks?.Active.FirstOrDefault(walk => walk.Consumer == _streamer);

    private void Run(ShardBlock shard)
    {
        if (!IsWalking || IsStopping)
            return;
        if (_streamer.WantsMore)
            WalkOf(shard)?.Advance(Place.Random.Between(1, 12));
        if (!_streamer.Walked.IsCompleted)
        {
            if (_streamer.WantsMore)
                GoOn();
            return;
        }

        // As in a hand-over: the marker goes behind all that was given, and the streamer leaves the shard.
        _streamer.Mark(1);
        _streamer.EndInShard();
        WalkedAll();
    }

    private void Take(FlowChunk chunk)
    {
        List<string> keys = [];
        byte[] frames = chunk.Frames.Written.ToArray();
        for (int at = 0; ChangeFrame.TryRead(frames, at, frames.Length, _words, out ChangeHeader header, out int next); at = next)
        {
            if (header.Slot >= 0)
                Note(new ArgView(frames, _words.Items.AsSpan(0, _words.Count)), keys);
            _words.Clear();
        }

        _chunkBytes.Enqueue(frames.Length);
        chunk.Dispose();
        FoundAll(keys);
    }

    private void Note(ArgView words, List<string> keys)
    {
        string key = Encoding.Latin1.GetString(words[1]);
        if (!_seen.Add(key))
            return;
        keys.Add(key);
        bool isListWithoutBase = words[0].SequenceEqual("RPUSH"u8) && !words[2].SequenceEqual(Encoding.Latin1.GetBytes(StoreFill.FirstLine));
        if (isListWithoutBase)
            keys.Add(key);
    }

    private async Task FollowAsync()
    {
        await _streamer.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!Completion.IsCompleted)
            End();
    }

    private sealed class Slice(RestoreSource source) : ShardMessage
    {
        internal override bool Run(ShardBlock shard)
        {
            source.Run(shard);
            shard.EndTransaction();
            return true;
        }

        internal override void Refuse(Exception reason) => source.Refused(reason);
    }

    /// <summary>Takes each chunk at once.</summary>
    private sealed class ChunkTarget(Action<FlowChunk> take) : ITargetBlock<FlowChunk>
    {
        public Task Completion { get; } = new TaskCompletionSource().Task;

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader header, FlowChunk chunk, ISourceBlock<FlowChunk>? source, bool consumeToAccept)
        {
            take(chunk);
            return DataflowMessageStatus.Accepted;
        }

        public void Complete()
        {
        }

        public void Fault(Exception exception)
        {
        }
    }
}
