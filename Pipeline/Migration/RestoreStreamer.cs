// Owner: the shard, but for the words named here. _state goes New -> Streaming -> Ended or New -> Ended and never back: what was cancelled before the cut never registers
// (F03), and Completion means "nothing of it is in the shard any more". _fault is set once, by anybody. _outstandingBytes counts what has left the shard and is not
// written yet. _gatheringSince is written by the shard; what others read there only tells when to ask the shard for what has gathered.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// The first block of a flow: on one shard it takes what a walk gives of some slots and, in order, every change of them, as frames. It never waits there. While what it
/// sent is not written the walk rests; changes are taken always, and if they pile up the shard's intake rests between messages, up to a deadline (../Journal).
/// What it takes gathers for some milliseconds: each chunk costs three threads a wake-up, here and at the target, which on few cores are taken from those who serve.
/// </summary>
internal sealed class RestoreStreamer : IWalkConsumer, IJournalConsumer, IFrameSink, IFlowBlock
{
    private const int New = 0;
    private const int Streaming = 1;
    private const int Ended = 2;

    // About half a chunk: what a slice gives, the target applies in four times the time, in one go.
    private const int SliceMicroseconds = 25;

    private readonly StoreEngine _engine;
    private readonly ShardBlock _shard;
    private readonly SlotSet _slots;
    private readonly MigrationLimits _limits;
    private readonly ValueCommands _values;
    private readonly long _gatheringTicks;
    private readonly CommandWords _words = new();
    private readonly BucketParts _parts = new();
    private readonly Ledger _ledger = new();
    private readonly TaskCompletionSource _walked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITargetBlock<FlowChunk>? _next;
    private FlowChunk? _chunk;
    private ShardWalk? _walk;
    private JournalBranch? _branch;
    private long _cutMs;
    private long _outstandingBytes;
    private long _gatheringSince = long.MaxValue;
    private bool _isAsked;
    private int _state;
    private Exception? _fault;

    public RestoreStreamer(StoreEngine engine, ShardBlock shard, string name, SlotSet slots, MigrationLimits limits)
    {
        _engine = engine;
        _shard = shard;
        Name = name;
        _slots = slots;
        _limits = limits;
        _gatheringTicks = limits.Gathering.Ticks * shard.TimestampFrequency / TimeSpan.TicksPerSecond;
        _values = new ValueCommands(this);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <summary>Ends when all base values have been given.</summary>
    public Task Walked => _walked.Task;

    /// <inheritdoc />
    public long QueueLength => 0;

    /// <summary>Counts chunks.</summary>
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Keys given so far; a moment's reading.</summary>
    public long Keys { get; private set; }

    /// <summary>Changes given so far; a moment's reading.</summary>
    public long Changes { get; private set; }

    /// <summary>Bytes given so far; a moment's reading.</summary>
    public long Bytes { get; private set; }

    /// <summary>The most bytes that have ever waited to be written: what the flow has cost in memory.</summary>
    public long BytesWaitingMax { get; private set; }

    /// <inheritdoc />
    public bool HasRoom => Interlocked.Read(ref _outstandingBytes) <= _limits.PauseBytes || IsOver;

    /// <inheritdoc />
    public bool WantsMore => Interlocked.Read(ref _outstandingBytes) < _limits.PauseBytes / 8 && !IsOver;

    /// <summary>The last chunk's way into the next block, so that it is nobody's detached work.</summary>
    internal Task Handing { get; private set; } = Task.CompletedTask;

    /// <summary>Whether it was cancelled or has failed. Any thread.</summary>
    public bool HasFaulted => Volatile.Read(ref _fault) is not null;

    private bool IsOver => Volatile.Read(ref _fault) is not null || Volatile.Read(ref _state) == Ended;

    /// <summary>Names what the chunks go to; before the cut.</summary>
    public void Feed(ITargetBlock<FlowChunk> next) => _next = next;

    /// <summary>The cut on this shard, in a step of it: lease, epochs and the journal's registration are one (fault F26). False if it was cancelled before.</summary>
    public bool Register()
    {
        if (Interlocked.CompareExchange(ref _state, Streaming, New) != New)
            return false;
        _cutMs = _shard.Keyspace.NowMs;
        _walk = ShardWalks.Register(_shard, Name, this);
        _shard.Walks!.Budget.Share = _limits.ShardShare;
        _shard.Walks.Shorten(SliceMicroseconds);
        _branch = _engine.Journals.Register(_shard, this, _limits.Stall);
        // An empty shard has been walked already.
        if (_walk.IsComplete)
            _walk.Advance(1);
        return true;
    }

    /// <inheritdoc />
    public void Take(Database content, int database, BucketSlots records)
    {
        if (IsOver)
            return;
        foreach (Slot slot in records)
            WriteRest(content, slot);
        _parts.Leave(records.BucketRef);
        SendIfDue();
    }

    /// <inheritdoc />
    public void TakeOne(Database content, int database, Slot slot)
    {
        if (IsOver)
            return;
        WriteRest(content, slot);
        SendIfDue();
    }

    /// <inheritdoc />
    public bool TakesParts => true;

    /// <summary>Big values go in parts, so that the walk can rest in the midst of one. What changes meanwhile is taken before, or all of the bucket is.</summary>
    public bool TakePart(Database content, BucketSlots left)
    {
        if (IsOver)
            return false;
        _parts.Enter(left.BucketRef);
        foreach (Slot slot in left)
        {
            if (!ValueCommands.IsBig(content, slot) || !Wants(content, slot, out int hashSlot))
                continue;
            ReadOnlySpan<byte> key = content.Table.Key(slot);
            if (_parts.IsDone(key) || !_parts.IsUnderWay(key))
                continue;
            WritePart(content, slot, hashSlot, ValueCommands.PieceBytes);
            SendIfDue();
            return true;
        }

        return false;
    }

    /// <inheritdoc />
    public void Finished(ShardWalk walk) => _walked.TrySetResult();

    /// <inheritdoc />
    public void Take(in JournalRecord record)
    {
        if (IsOver)
            return;
        if (record.Header.Slot < 0)
        {
            // A part of a transaction without effect here; else the databases were emptied: the target starts anew (fault F07).
            if (record.Words.Count > 0)
                Fault(new InvalidOperationException($"{Commands.Words.Text(record.Words[0])} came between"));
            return;
        }

        if (!_slots.Contains(record.Header.Slot))
            return;
        Append(record.Frame);
        Changes++;
        SendIfDue();
    }

    /// <summary>The marker of an attempt, in a step of the shard: nothing of these slots follows it unless the attempt is void.</summary>
    public void Mark(long attempt)
    {
        if (!IsOver)
            SendWord("MARK"u8, attempt);
    }

    /// <summary>Sends a probe behind all that has been given so far, in a message of its own. Any thread.</summary>
    public void Probe(long number)
    {
        _shard.Post(new ShardAction(_ =>
        {
            if (!IsOver)
                SendWord("PROBE"u8, number);
        }));
        Resumptions.Flush();
    }

    /// <summary>A chunk has been written. Any thread.</summary>
    public void Written(int bytes)
    {
        Interlocked.Add(ref _outstandingBytes, -bytes);
        _branch?.RoomCame();
    }

    /// <summary>What has gathered is sent, if it is time and no command that follows sees to it. Any thread; of a ticker.</summary>
    public void LookForGathered()
    {
        if (_engine.Time.GetTimestamp() - Volatile.Read(ref _gatheringSince) < 2 * _gatheringTicks || Interlocked.Exchange(ref _isAsked, true))
            return;
        // A shard that takes no more work has no streamer for long.
        _ = _shard.Post(new ShardAction(_ =>
        {
            Volatile.Write(ref _isAsked, false);
            if (!IsOver)
                SendIfDue();
        }));
        Resumptions.Flush();
    }

    /// <summary>Nothing to complete from outside: it ends with its round (<see cref="EndInShard"/>). Before the cut it is cancelled.</summary>
    public void Complete()
    {
        if (Volatile.Read(ref _state) == New)
            Fault(new OperationCanceledException("The migration was ended before its cut."));
    }

    /// <summary>Cancels: no chunk follows, and Completion comes when nothing of it is in the shard. Any thread, latches.</summary>
    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.CompareExchange(ref _fault, exception, null);
        _walked.TrySetResult();
        if (Interlocked.CompareExchange(ref _state, Ended, New) == New)
        {
            EndWith(_fault);
            return;
        }

        _branch?.RoomCame();
        // A message, so that it never comes in the middle of a bucket or of a command (faults F01, F09).
        if (!_completion.Task.IsCompleted && !_shard.Post(new ShardAction(_ => EndInShard())))
            EndInShard();
        Resumptions.Flush();
    }

    /// <summary>Leaves the shard, in a step of it, or when it takes no more work: walk, lease and journal, once.</summary>
    public void EndInShard()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Ended)
            return;
        _walk?.End();
        _branch?.End();
        _branch?.RoomCame();
        _chunk?.Dispose();
        _chunk = null;
        _walked.TrySetResult();
        EndWith(Volatile.Read(ref _fault));
    }

    /// <inheritdoc />
    void IFrameSink.Write(CommandWords words, int slot)
    {
        int before = Chunk().Length;
        words.WriteTo(Chunk().Frames, slot);
        Grown(before);
    }

    // What had expired at the cut is not there for anybody.
    private bool Wants(Database content, Slot slot, out int hashSlot)
    {
        hashSlot = KeySlot.Of(content.Table.Key(slot));
        long expireAtMs = content.Table.ExpireAtMs(slot);
        return _slots.Contains(hashSlot) && (expireAtMs == 0 || expireAtMs >= _cutMs);
    }

    // A value, or what is missing of one that has gone in parts.
    private void WriteRest(Database content, Slot slot)
    {
        if (!Wants(content, slot, out int hashSlot))
            return;
        ReadOnlySpan<byte> key = content.Table.Key(slot);
        bool isInParts = _parts.IsIn(slot.BucketRef) && ValueCommands.IsBig(content, slot);
        if (isInParts && _parts.IsDone(key))
            return;
        if (isInParts && _parts.IsUnderWay(key))
            WritePart(content, slot, hashSlot, long.MaxValue);
        else
            WriteValue(content, slot, hashSlot);
    }

    private void WritePart(Database content, Slot slot, int hashSlot, long bytesMax)
    {
        if (!_values.TryGoOn(content, slot, hashSlot, ref _parts.Place, bytesMax))
            return;
        Keys++;
        _parts.Done();
    }

    // Looked at here: a round that fails before its graph is built has streamers at which nobody else looks.
    private void EndWith(Exception? fault)
    {
        if (fault is null)
            _completion.TrySetResult();
        else if (_completion.TrySetException(fault))
            _ = _completion.Task.Exception;
    }

    private void WriteValue(Database content, Slot slot, int hashSlot)
    {
        if (_values.TryWrite(content, slot, hashSlot))
            Keys++;
        else
            Fault(new InvalidOperationException($"A value has no form in which it can be moved: {content.Table.Kind(slot)}."));
    }

    private void Append(ReadOnlySpan<byte> frame)
    {
        int before = Chunk().Length;
        Chunk().Frames.Append(frame);
        Grown(before);
    }

    private void Grown(int before)
    {
        Bytes += _chunk!.Length - before;
        if (_chunk.Length >= FlowChunk.BytesFull)
            Send();
    }

    private FlowChunk Chunk() => _chunk ??= BeginChunk();

    private FlowChunk BeginChunk()
    {
        Volatile.Write(ref _gatheringSince, _shard.RunStarted);
        return new FlowChunk();
    }

    // While something is on its way, more gathers: one write after the other, each with all that has come meanwhile.
    private void SendIfDue()
    {
        if (_shard.RunStarted - _gatheringSince >= _gatheringTicks && Interlocked.Read(ref _outstandingBytes) == 0)
            Send();
    }

    private void SendWord(ReadOnlySpan<byte> word, long number)
    {
        _words.Begin("DFLYMIGRATE"u8).Add(word).Add(number).WriteTo(Chunk().Frames, slot: -1);
        Send();
    }

    private void Send()
    {
        if (_chunk is not { Length: > 0 } chunk)
            return;
        _chunk = null;
        Volatile.Write(ref _gatheringSince, long.MaxValue);
        _ledger.Accept();
        BytesWaitingMax = Math.Max(BytesWaitingMax, Interlocked.Add(ref _outstandingBytes, chunk.Length));
        Handing = HandOnAsync(chunk);
    }

    // Ends before it returns: the next block has room for more chunks than can be outstanding, and says no only when the round has failed.
    private async Task HandOnAsync(FlowChunk chunk)
    {
        if (await _next!.SendOrRefuseAsync(chunk, Refuse))
            _ledger.Done();
    }

    private void Refuse(FlowChunk chunk)
    {
        _ledger.Refuse();
        chunk.Dispose();
        Fault(new IOException("The flow takes no more."));
    }
}
