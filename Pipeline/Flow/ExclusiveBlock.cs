// Concurrency rule of this file: _head is the only shared word.
//   null            idle: nobody runs, nothing waits
//   Owned           one thread runs messages, nothing waits
//   any other node  one thread runs messages, and this LIFO chain of messages waits for it
// Whoever moves _head from null to Owned is the owner until it moves it back; only the owner calls Run. A poster never waits: it becomes the owner, or
// it leaves its message to the owner. The owner gives the block to a pool thread after TurnMax messages, so that no reader is captured for ever.
// A message may keep the block (Run returns false): the block stays owned, no thread is in it, and whoever calls ReleaseHold is its next owner. From the
// moment Run may have handed the hold on, the thread that ran it touches nothing of this block any more.

using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A message that can wait in an <see cref="ExclusiveBlock{T}"/>: the link is part of it, so that posting allocates nothing.</summary>
public abstract class BlockMessage
{
    internal BlockMessage? Next;
}

/// <summary>
/// A target block that runs one message at a time, on the thread that posts it when the block is idle, else on the thread that owns the block.
/// A full <see cref="ITargetBlock{TInput}"/>: linkable, offerable, completable, faultable. 8-20 ns a post, nothing allocated (performance.md 5.1).
/// A message may be posted again only after it has run. Bounded by its posters: each has at most one message of its own inside.
/// </summary>
public abstract class ExclusiveBlock<T> : ITargetBlock<T>
    where T : BlockMessage
{
    private const int TurnMax = 64;

    private static readonly BlockMessage Owned = new Marker();

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DrainItem _drainItem;
    private BlockMessage? _head;
    private BlockMessage? _pending;
    private volatile bool _declining;
    private int _completed;
    private Exception? _fault;
    private long _acceptedInline;
    private long _acceptedBehind;
    private long _done;
    private long _refused;
    private long _failed;

    /// <summary>Makes an idle block.</summary>
    protected ExclusiveBlock() => _drainItem = new DrainItem(this);

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <summary>Whether the block takes no more messages.</summary>
    public bool IsDeclining => _declining;

    /// <summary>Messages taken so far; exact once the block has completed, else a moment's reading (as the three counts below).</summary>
    public long Accepted => Volatile.Read(ref _acceptedInline) + Volatile.Read(ref _acceptedBehind);

    /// <summary>Messages that ran.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Messages answered with a refusal because the block had faulted.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Messages that threw.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Runs <paramref name="message"/> now or leaves it to the owner; false if the block is completed and did not take it.</summary>
    public bool Post(T message)
    {
        if (_declining)
            return false;
        return Interlocked.CompareExchange(ref _head, Owned, null) is null ? RunAsOwner(message) : PostBehindOwner(message);
    }

    /// <inheritdoc />
    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        if (!messageHeader.IsValid)
            throw new ArgumentException("The header is not valid.", nameof(messageHeader));
        if (_declining)
            return DataflowMessageStatus.DecliningPermanently;
        if (consumeToAccept)
        {
            ArgumentNullException.ThrowIfNull(source);
            T? consumed = source.ConsumeMessage(messageHeader, this, out bool taken);
            if (!taken || consumed is null)
                return DataflowMessageStatus.NotAvailable;
            messageValue = consumed;
        }

        return Post(messageValue) ? DataflowMessageStatus.Accepted : DataflowMessageStatus.DecliningPermanently;
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
    /// data; what is thrown is a bug and faults the block.
    /// </summary>
    protected abstract bool Run(T message);

    /// <summary>Ends a hold: the calling thread owns the block from here, and runs what has come meanwhile.</summary>
    protected void ReleaseHold()
    {
        _done++;
        Release();
    }

    /// <summary>Told about a message that the faulted block refuses to run; it must be answered all the same.</summary>
    protected abstract void Refuse(T message, Exception reason);

    /// <summary>Called on the owner's thread each time the block has become free again, when other blocks may be posted to.</summary>
    protected virtual void AfterRelease()
    {
    }

    private bool RunAsOwner(T message)
    {
        // Complete may have come between the poster's look and its ownership.
        bool taken = !_declining;
        if (taken)
        {
            _acceptedInline++;
            if (!Execute(message))
                return true;
        }

        Release();
        return taken;
    }

    private bool PostBehindOwner(T message)
    {
        BlockMessage? head = Volatile.Read(ref _head);
        while (true)
        {
            if (head is null)
            {
                head = Interlocked.CompareExchange(ref _head, Owned, null);
                if (head is null)
                    return RunAsOwner(message);
            }

            message.Next = ReferenceEquals(head, Owned) ? null : head;
            BlockMessage? before = Interlocked.CompareExchange(ref _head, message, head);
            if (ReferenceEquals(before, head))
            {
                Interlocked.Increment(ref _acceptedBehind);
                return true;
            }

            head = before;
        }
    }

    // False: the message keeps the block, which is no longer this thread's to touch.
    private bool Execute(T message)
    {
        if (Volatile.Read(ref _fault) is { } fault)
        {
            _refused++;
            Refuse(message, fault);
            return true;
        }

        try
        {
            if (!Run(message))
                return false;
            _done++;
            return true;
        }
#pragma warning disable CA1031 // Whatever a message throws is a bug of ours: the block faults with it, by name, and nobody else is harmed.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            _failed++;
            Fault(thrown);
            return true;
        }
    }

    private void Release()
    {
        if (_pending is null && ReferenceEquals(Interlocked.CompareExchange(ref _head, null, Owned), Owned))
        {
            AfterIdle();
            return;
        }

        Drain();
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
                if (ReferenceEquals(Interlocked.CompareExchange(ref _head, null, Owned), Owned))
                {
                    AfterIdle();
                    return;
                }

                continue;
            }

            if (turns++ == TurnMax)
            {
                next.Next = _pending;
                _pending = next;
                ThreadPool.UnsafeQueueUserWorkItem(_drainItem, preferLocal: false);
                return;
            }

            next.Next = null;
            if (!Execute((T)next))
                return;
        }
    }

    private BlockMessage? TakeOldest()
    {
        if (_pending is null)
        {
            BlockMessage? chain = Interlocked.Exchange(ref _head, Owned);
            while (chain is not null && !ReferenceEquals(chain, Owned))
            {
                BlockMessage? older = chain.Next;
                chain.Next = _pending;
                _pending = chain;
                chain = older;
            }
        }

        BlockMessage? oldest = _pending;
        if (oldest is not null)
            _pending = oldest.Next;
        return oldest;
    }

    private void AfterIdle()
    {
        if (_declining && Interlocked.Exchange(ref _completed, 1) == 0)
        {
            if (_fault is { } fault)
                _completion.TrySetException(fault);
            else
                _completion.TrySetResult();
        }

        AfterRelease();
    }

    private sealed class Marker : BlockMessage;

    private sealed class DrainItem(ExclusiveBlock<T> block) : IThreadPoolWorkItem
    {
        public void Execute() => block.Drain();
    }
}
