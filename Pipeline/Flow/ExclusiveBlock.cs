// Concurrency rule of this file: _head is the only shared word.
//   null            idle: nobody runs, nothing waits
//   Owned           one thread runs messages, nothing waits
//   Closed          completed for good; never left again
//   any other node  one thread runs messages, and this LIFO chain of messages waits for it
// Whoever moves _head from null to Owned is the owner until it moves it to null or Closed; only the owner calls Run and writes the fields marked "owner".
// A poster never waits: it becomes the owner, or it leaves its message to the owner. The owner gives the block to a pool thread after TurnMax messages, so
// that no reader is captured for ever. Completion is decided by the owner, in the step that closes the block: so none can come while a message runs.
// A message may keep the block (Run returns false): the block stays owned, no thread is in it, and whoever calls ReleaseHold is its next owner. From the
// moment Run may have handed the hold on, the thread that ran it touches nothing of this block's own any more.

using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// A target block that runs one message at a time, on the thread that posts it when the block is idle, else on the thread that owns the block.
/// A full <see cref="ITargetBlock{TInput}"/>: linkable, offerable, completable, faultable. 8-20 ns a post, nothing allocated (performance.md 5.1).
/// A message may be posted again only after it has run. Bounded by its posters: each has at most one message of its own inside.
/// </summary>
public abstract class ExclusiveBlock<T> : ITargetBlock<T>, IFlowBlock
    where T : BlockMessage
{
    /// <summary>Messages that waited which one thread runs before it hands the block to a pool thread.</summary>
    internal const int TurnMax = 64;

    private static readonly BlockMessage Owned = new Marker();
    private static readonly BlockMessage Closed = new Marker();

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DrainItem _drainItem;
    private BlockMessage? _head;
    private volatile bool _declining;
    private Exception? _fault;
    private long _refusedLate;

    // Owner's.
    private BlockMessage? _pending;
    private long _taken;
    private long _done;
    private long _refused;
    private long _failed;

    /// <summary>Makes an idle block.</summary>
    protected ExclusiveBlock() => _drainItem = new DrainItem(this);

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <summary>Whether the block takes no more messages.</summary>
    public bool IsDeclining => _declining;

    /// <inheritdoc />
    public long QueueLength => Math.Max(0, Ledger.Inside - (Volatile.Read(ref _head) is null ? 0 : 1));

    /// <inheritdoc />
    public LedgerReading Ledger
    {
        get
        {
            long late = Interlocked.Read(ref _refusedLate);
            long done = Volatile.Read(ref _done);
            long refused = Volatile.Read(ref _refused) + late;
            long failed = Volatile.Read(ref _failed);
            long waiting = Volatile.Read(ref _head)?.Depth ?? 0;
            return new LedgerReading(Volatile.Read(ref _taken) + waiting + late, done, refused, failed);
        }
    }

    /// <summary>Whether no thread is in it and nothing waits. Any thread: what it says may be over.</summary>
    public bool IsIdle => Volatile.Read(ref _head) is null;

    /// <summary>Whether messages wait behind the one that runs; asked by the owner, whose message may then make an end.</summary>
    public bool IsWaitedFor => _pending is not null || !ReferenceEquals(Volatile.Read(ref _head), Owned);

    /// <summary>Runs <paramref name="message"/> now or leaves it to the owner; false if the block is completed and did not take it.</summary>
    public bool Post(T message) => !_declining && Enter(message);

    /// <summary>
    /// As <see cref="Post"/>, for a message of work that is inside already (<see cref="HoldsWork"/>): taken after Complete too; false only if the block has closed.
    /// </summary>
    protected bool PostInside(T message) => Enter(message);

    /// <inheritdoc />
    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        if (!messageHeader.IsValid)
            throw new ArgumentException("The header is not valid.", nameof(messageHeader));
        if (consumeToAccept)
            ArgumentNullException.ThrowIfNull(source);
        if (_declining)
            return DataflowMessageStatus.DecliningPermanently;
        if (!consumeToAccept)
            return Post(messageValue) ? DataflowMessageStatus.Accepted : DataflowMessageStatus.DecliningPermanently;

        T? consumed = source!.ConsumeMessage(messageHeader, this, out bool taken);
        if (!taken || consumed is null)
            return DataflowMessageStatus.NotAvailable;
        // It has left its source: from here on it is ours to answer, even if the block has closed meanwhile.
        if (!Enter(consumed))
            RefuseLate(consumed);
        return DataflowMessageStatus.Accepted;
    }

    /// <inheritdoc />
    public void Complete()
    {
        _declining = true;
        if (Interlocked.CompareExchange(ref _head, Owned, null) is null)
            Release();
    }

    /// <inheritdoc />
    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.CompareExchange(ref _fault, exception, null);
        Complete();
    }

    /// <summary>
    /// Runs one message; false if it keeps the block until <see cref="ReleaseHold"/>. Only the owner calls it. Must not wait, lock or throw: an error is
    /// data; what is thrown is a bug and faults the block. Having handed a hold on it must not throw at all: the block has another owner then.
    /// </summary>
    protected abstract bool Run(T message);

    /// <summary>Ends a hold: the calling thread owns the block from here, and runs what has come meanwhile.</summary>
    protected void ReleaseHold()
    {
        _done++;
        Release();
    }

    /// <summary>
    /// Whether work that was taken is still inside though its messages have run (transactions in a queue): the block stays open for it after Complete, and closes
    /// when the last of it has gone. Asked by the owner.
    /// </summary>
    protected virtual bool HoldsWork => false;

    /// <summary>The block has faulted: the work inside has to be answered and given up, after which <see cref="HoldsWork"/> is false. As the owner.</summary>
    protected virtual void RefuseWork(Exception reason)
    {
    }

    /// <summary>
    /// Told about a message that the faulted block does not run, and about the one whose <see cref="Run"/> threw: it must be answered all the same.
    /// Runs as the owner, or on the offering thread for a message that came when the block had closed.
    /// </summary>
    protected abstract void Refuse(T message, Exception reason);

    /// <summary>
    /// Called on a thread each time it has given the block up: idle, closed, kept by a message or handed to a pool thread. Other blocks may be posted to
    /// here. It may run while another thread owns the block already, so what it works on must be this thread's own; and, where posts nest, while this
    /// thread owns an outer block.
    /// </summary>
    protected virtual void AfterRelease()
    {
    }

    /// <summary>Has <paramref name="rest"/> run soon on another thread; the default is the thread pool's global queue.</summary>
    protected virtual void HandOver(IThreadPoolWorkItem rest) => ThreadPool.UnsafeQueueUserWorkItem(rest, preferLocal: false);

    private bool Enter(T message)
    {
        BlockMessage? head = Interlocked.CompareExchange(ref _head, Owned, null);
        if (head is not null)
            return PostBehindOwner(message, head);
        RunAsOwner(message);
        return true;
    }

    private bool PostBehindOwner(T message, BlockMessage? head)
    {
        while (!ReferenceEquals(head, Closed))
        {
            if (head is null)
            {
                head = Interlocked.CompareExchange(ref _head, Owned, null);
                if (head is not null)
                    continue;
                message.Next = null;
                RunAsOwner(message);
                return true;
            }

            message.Next = ReferenceEquals(head, Owned) ? null : head;
            message.Depth = head.Depth + 1;
            BlockMessage? before = Interlocked.CompareExchange(ref _head, message, head);
            if (ReferenceEquals(before, head))
                return true;
            head = before;
        }

        message.Next = null;
        return false;
    }

    private void RunAsOwner(T message)
    {
        _taken++;
        if (Execute(message))
            Release();
        else
            TellReleased();
    }

    // False: the message keeps the block, which is no longer this thread's to touch.
    private bool Execute(T message)
    {
        if (Volatile.Read(ref _fault) is { } fault)
        {
            if (TryRefuse(message, fault))
                _refused++;
            else
                _failed++;
            return true;
        }

        try
        {
            if (!Run(message))
                return false;
            _done++;
        }
        catch (Exception thrown)
        {
            // Whatever a message throws is a bug of ours: the block faults with it, by name, and nobody else is harmed.
            _failed++;
            Fault(thrown);
            TryRefuse(message, thrown);
        }

        return true;
    }

    private bool TryRefuse(T message, Exception reason)
    {
        try
        {
            Refuse(message, reason);
            return true;
        }
        catch (Exception thrown)
        {
            // A refusal that throws is a bug too; the owner must come to its release all the same.
            Fault(thrown);
            return false;
        }
    }

    private void RefuseLate(T message)
    {
        Interlocked.Increment(ref _refusedLate);
        TryRefuse(message, Volatile.Read(ref _fault) ?? new InvalidOperationException("The block has completed."));
        TellReleased();
    }

    private void Release()
    {
        // After a hold, messages taken from the chain before it may wait still.
        if (_pending is not null || !TryRelease())
            Drain();
    }

    // False if messages wait: the caller is the owner still. Complete leaves the closing to an owner it finds, so an owner that has let go looks once
    // more: either it sees the wish, or Complete came later and finds the block idle or with a new owner.
    private bool TryRelease()
    {
        do
        {
            bool closing = MayClose();
            bool keptOpen = !closing && HoldsWork;
            if (!ReferenceEquals(Interlocked.CompareExchange(ref _head, closing ? Closed : null, Owned), Owned))
                return false;
            if (closing)
            {
                TellReleased();
                Conclude();
                return true;
            }

            // Whoever takes the last work out looks again.
            if (keptOpen)
                break;
        }
        while (_declining && Interlocked.CompareExchange(ref _head, Owned, null) is null);

        TellReleased();
        return true;
    }

    private bool MayClose()
    {
        if (!_declining)
            return false;
        if (HoldsWork && Volatile.Read(ref _fault) is { } fault)
            RefuseWork(fault);
        return !HoldsWork;
    }

    // The owner runs what others left, oldest first. After TurnMax messages the block, still owned, goes on on a pool thread.
    private void Drain()
    {
        int turns = 0;
        while (true)
        {
            BlockMessage? next = TakeOldest();
            if (next is null)
            {
                if (TryRelease())
                    return;
                continue;
            }

            if (turns++ == TurnMax)
            {
                next.Next = _pending;
                _pending = next;
                HandOver(_drainItem);
                TellReleased();
                return;
            }

            next.Next = null;
            if (!Execute((T)next))
            {
                TellReleased();
                return;
            }
        }
    }

    private BlockMessage? TakeOldest()
    {
        if (_pending is null)
        {
            BlockMessage? chain = Interlocked.Exchange(ref _head, Owned);
            while (chain is not null && !ReferenceEquals(chain, Owned))
            {
                BlockMessage? newer = _pending;
                _pending = chain;
                chain = chain.Next;
                _pending.Next = newer;
                _taken++;
            }
        }

        BlockMessage? oldest = _pending;
        if (oldest is not null)
            _pending = oldest.Next;
        return oldest;
    }

    private void TellReleased()
    {
        try
        {
            AfterRelease();
        }
        catch (Exception thrown)
        {
            // A bug of ours again; it must not reach the poster, who has nothing to do with it.
            Fault(thrown);
        }
    }

    private void Conclude()
    {
        if (Volatile.Read(ref _fault) is { } fault)
            _completion.TrySetException(fault);
        else
            _completion.TrySetResult();
    }

    private sealed class Marker : BlockMessage;

    private sealed class DrainItem(ExclusiveBlock<T> block) : IThreadPoolWorkItem
    {
        public void Execute() => block.Drain();
    }
}
