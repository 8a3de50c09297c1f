// Owner: the shard, but for the words named here. _state goes New -> Walking -> Ended or New -> Ended and never back; New is left by whoever comes first, the
// cut or a fault (F03: what was cancelled before it started never registers), Walking by the shard alone, so that Completion means "nothing of it is in the
// shard any more". _fault is set once, by anybody. _outstandingBytes counts what has left the shard and not been taken by all branches yet; _excusedBytes are those of
// the one big value among them for which the intake does not rest: the shard sets them when they are 0, whoever takes that value sets them to 0.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Modes;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// The first block of a snapshot on one shard: encodes what the walk gives, inside the shard's step, and sends it on in chunks. It never waits there: while its
/// output is not taken the walk rests, and if what is about to change piles up as well, the shard's intake rests between messages, up to a deadline.
/// </summary>
internal sealed class SnapshotSource : IWalkConsumer, IFlowBlock, IIntakeBound
{
    private const int New = 0;
    private const int Walking = 1;
    private const int Ended = 2;

    private readonly ShardBlock _shard;
    private readonly string _holder;
    private readonly SnapshotLimits _limits;
    private readonly IntakePause _pause;
    private readonly ClusterNode? _cluster;
    private readonly ChunkWriter _writer;
    private readonly Ledger _ledger = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITargetBlock<SnapshotChunk>? _next;
    private ShardWalk? _walk;
    private SlotSet? _slots;
    private long _cutMs;
    private long _outstandingBytes;
    private long _excusedBytes;
    private int _state;
    private Exception? _fault;

    public SnapshotSource(ShardBlock shard, SnapshotPlan plan, StoreEngine engine)
    {
        _shard = shard;
        _holder = plan.Name;
        _limits = plan.Limits;
        _pause = new IntakePause(shard, this, engine.Time, plan.Limits.StallDeadline, inAll: true);
        _cluster = plan.Mode == SnapshotMode.Relaxed ? null : engine.Cluster;
        _writer = new ChunkWriter(shard, plan.Form, Send, Fail);
        Tail = plan.Mode == SnapshotMode.Relaxed ? new RelaxedTail(shard, plan.Name, Fail) : null;
    }

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <inheritdoc />
    public long QueueLength => 0;

    /// <inheritdoc />
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Records given so far.</summary>
    public long Records => _writer.Records;

    /// <summary>Records of the shard at the cut, those included that were due.</summary>
    public long RecordsAtCut { get; private set; }

    /// <summary>The most bytes of it that were in memory, on their way to the sinks.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Whether the output is taken fast enough for the shard's intake to go on.</summary>
    public bool HasRoom
        => Interlocked.Read(ref _outstandingBytes) - Interlocked.Read(ref _excusedBytes) <= _limits.PauseBytes || Volatile.Read(ref _fault) is not null;

    /// <summary>Whether it was cancelled or failed. Any thread.</summary>
    public bool HasFaulted => Volatile.Read(ref _fault) is not null;

    /// <inheritdoc />
    public bool WantsMore => Interlocked.Read(ref _outstandingBytes) < _limits.RestBytes && Volatile.Read(ref _fault) is null;

    /// <inheritdoc />
    public bool UsesIdleTime => true;

    /// <summary>Whether at most half of what makes the walk rest is under way. Any thread.</summary>
    public bool IsHalfTaken => Interlocked.Read(ref _outstandingBytes) <= _limits.RestBytes / 2;

    /// <inheritdoc />
    public bool HasAside => _writer.HasAside;

    /// <summary>The last chunk's way into the next block, so that it is nobody's detached work.</summary>
    internal Task Handing { get; private set; } = Task.CompletedTask;

    /// <summary>What has changed and is written again behind the walk; null unless the snapshot shows its end.</summary>
    internal RelaxedTail? Tail { get; }

    /// <summary>Names what the chunks go to; before the cut.</summary>
    public void Feed(ITargetBlock<SnapshotChunk> next) => _next = next;

    /// <summary>The cut on this shard, in a step of it: false if it was cancelled before.</summary>
    public bool Register()
    {
        if (Interlocked.CompareExchange(ref _state, Walking, New) != New)
            return false;
        _cutMs = _shard.Keyspace.NowMs;
        _slots = _cluster?.SavedOf(_shard);
        _walk = ShardWalks.Register(_shard, _holder, this);
        _shard.Walks!.Budget.Share = _limits.ShardShare;
        RecordsAtCut = _walk.Databases.Sum(static walked => walked.Tap.Content.Count);
        Tail?.Begin();
        // An empty shard has been walked already.
        if (_walk.IsComplete)
            _walk.Advance(1);
        return true;
    }

    /// <inheritdoc />
    public void Take(Database content, int database, BucketSlots left)
    {
        if (Volatile.Read(ref _fault) is not null)
            return;
        if (_slots is null && left.Count > 0)
            _writer.WriteShort(content, database, ref left, aliveAtMs: _cutMs);
        foreach (Slot slot in left)
        {
            long expireAtMs = content.Table.ExpireAtMs(slot);
            if ((expireAtMs == 0 || expireAtMs >= _cutMs) && _slots?.Contains(KeySlot.Of(content.Table.Key(slot))) is not false)
                _writer.Write(content, database, slot);
        }
    }

    /// <inheritdoc />
    public void TakeAside()
    {
        if (!HasFaulted)
            _writer.WriteAside();
    }

    /// <inheritdoc />
    public void Finished(ShardWalk walk)
    {
        _writer.SendRest();
        if (Tail is null)
            End();
        else
            Tail.Walked();
    }

    /// <summary>In a step of the shard: writes up to so many keys again that have changed, as they are now.</summary>
    public void WriteChanged(int keysMax)
    {
        for (; keysMax > 0 && !HasFaulted && Tail!.Take() is { } key; keysMax--)
            _writer.WriteAgain(key);
    }

    /// <summary>In the step that a relaxed snapshot shows: the rest of what has changed, and the end.</summary>
    public void Conclude()
    {
        WriteChanged(int.MaxValue);
        if (!HasFaulted)
            _writer.SendRest();
        End();
    }

    /// <summary>All branches have taken so many bytes. Any thread.</summary>
    public void Taken(long bytes)
    {
        Interlocked.Add(ref _outstandingBytes, -bytes);
        Interlocked.CompareExchange(ref _excusedBytes, 0, bytes);
        _pause.EndIfThereIsRoom();
    }

    /// <summary>Nothing to complete from outside: it ends when the walk has. Before the cut it is cancelled.</summary>
    public void Complete()
    {
        if (Volatile.Read(ref _state) == New)
            Fault(new OperationCanceledException("The snapshot was ended before its cut."));
    }

    /// <summary>Cancels: no chunk follows, and Completion comes when the walk has left the shard. Any thread, latches.</summary>
    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.CompareExchange(ref _fault, exception, null);
        if (Interlocked.CompareExchange(ref _state, Ended, New) == New)
        {
            EndWith(_fault!);
            return;
        }

        _pause.EndIfThereIsRoom();
        if (!_completion.Task.IsCompleted && !_shard.Post(new WalkEnd(this)))
            EndInShard();
        Resumptions.Flush();
    }

    /// <summary>In a step of the shard, or when it takes no more work: the walk leaves.</summary>
    internal void EndInShard()
    {
        _walk?.End();
        End();
    }

    private void Send(SnapshotChunk chunk)
    {
        _ledger.Accept();
        if (chunk.Weight > SnapshotChunk.BytesUsual)
            Interlocked.CompareExchange(ref _excusedBytes, chunk.Weight, 0);
        PeakBytes = Math.Max(PeakBytes, Interlocked.Add(ref _outstandingBytes, chunk.Weight));
        Handing = HandOnAsync(chunk);
        if (!HasRoom)
            _pause.Begin();
    }

    // Ends before it returns: the next block has room for more chunks than the limit of bytes, and says no only when the snapshot has failed. Why, it tells when it ends.
    private async Task HandOnAsync(SnapshotChunk chunk)
    {
        if (await _next!.SendOrRefuseAsync(chunk, Refuse))
        {
            _ledger.Done();
            return;
        }

        await _next!.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Fault(_next.Completion.Exception?.GetBaseException() ?? new InvalidOperationException("The snapshot's next block takes no more."));
    }

    private void Refuse(SnapshotChunk chunk)
    {
        _ledger.Refuse();
        chunk.Dispose();
    }

    private void Fail(string reason)
    {
        if (Interlocked.CompareExchange(ref _fault, new InvalidOperationException(reason), null) is null)
            _ = _shard.Post(new WalkEnd(this));
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Ended)
            return;
        Tail?.End();
        _writer.End();
        if (Volatile.Read(ref _fault) is { } fault)
            EndWith(fault);
        else
            _completion.TrySetResult();
    }

    // Looked at here: one that was cancelled before it came into the graph has nobody else who would.
    private void EndWith(Exception fault)
    {
        _completion.TrySetException(fault);
        _ = _completion.Task.Exception;
    }
}
