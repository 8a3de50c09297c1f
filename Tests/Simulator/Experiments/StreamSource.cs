// Owner: the server's scheduler; in a world of one thread nothing here is locked. New -> Walking -> Ended or New -> Ended: told to stop before it has started, it
// never registers.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>The first block of a streamer: goes through one shard and sends what it finds on in parts. How it goes is a subclass's.</summary>
internal abstract class StreamSource(StreamPlace place) : IFlowBlock
{
    private const int KeysPerPart = 4;
    private const int PartsUnderWayMax = 3;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();
    private List<string> _keys = [];
    private int _partsUnderWay;

    private enum Life
    {
        New,
        Walking,
        Ended,
    }

    private Life State { get; set; }

    public Task Completion => _completion.Task;

    public long QueueLength => 0;

    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Keys that the shard held for it when it registered.</summary>
    public int KeysAtCut { get; protected set; }

    /// <summary>Keys that it has found so far.</summary>
    public int KeysFound { get; private set; }

    /// <summary>Whether it has walked all and sent its end mark.</summary>
    public bool HasWalkedAll { get; private set; }

    /// <summary>Whether it came upon freed memory itself.</summary>
    public bool WasStale { get; protected set; }

    /// <summary>Told when it has got further.</summary>
    public Action Advanced { get; set; } = () => { };

    /// <summary>What it sends to; before it starts.</summary>
    public ITargetBlock<StreamPart>? Next { get; set; }

    /// <summary>The way of the last part, so that it is nobody's detached work.</summary>
    public Task Handing { get; private set; } = Task.CompletedTask;

    /// <summary>Asks the shard to register it, unless it was told to stop before.</summary>
    public void Start()
    {
        if (State == Life.New && !IsStopping)
            Post(new Registration(this));
    }

    /// <summary>Stops it in order: what it has sent goes on, no end mark follows.</summary>
    public void Complete()
    {
        if (IsStopping)
            return;
        IsStopping = true;
        if (State == Life.New)
            End();
        else if (State == Life.Walking)
            StopWalking();
    }

    public void Fault(Exception exception) => Complete();

    /// <summary>A part has left, or never will.</summary>
    public virtual void Taken()
    {
        _partsUnderWay--;
        if (HasRoom)
            GoOn();
    }

    /// <summary>The trial is over: gives back what it holds, whatever its state.</summary>
    public virtual void Drop()
    {
    }

    protected bool IsStopping { get; private set; }

    protected bool IsWalking => State == Life.Walking;

    protected bool HasRoom => _partsUnderWay < PartsUnderWayMax;

    protected StreamPlace Place => place;

    /// <summary>Begins the walk, in the step of the shard that registers it.</summary>
    protected abstract void Register(ShardBlock shard);

    /// <summary>It is to stop and walks.</summary>
    protected abstract void StopWalking();

    /// <summary>There is room again for what it finds.</summary>
    protected abstract void GoOn();

    /// <summary>The shard takes it no more: whatever it has registered is gone, or to be given back without a step of the shard.</summary>
    protected abstract void Refused(Exception? reason);

    /// <summary>Gives the shard a message of this streamer.</summary>
    protected void Post(ShardMessage message)
    {
        if (!place.Shard.Post(message))
            Refused(null);
        Resumptions.Flush();
    }

    protected void Found(string key)
    {
        KeysFound++;
        _keys.Add(key);
        if (_keys.Count == KeysPerPart)
            Send(isEnd: false);
        Advanced();
    }

    /// <summary>Found several at once: they are a part.</summary>
    protected void FoundAll(List<string> keys)
    {
        KeysFound += keys.Count;
        _keys.AddRange(keys);
        Send(isEnd: false);
        Advanced();
    }

    protected void WalkedAll()
    {
        Send(isEnd: true);
        HasWalkedAll = true;
        End();
        Advanced();
    }

    protected void End()
    {
        State = Life.Ended;
        _completion.TrySetResult();
    }

    private void Send(bool isEnd)
    {
        StreamPart part = new(_keys, isEnd);
        _keys = [];
        _partsUnderWay++;
        _ledger.Accept();
        Handing = HandOnAsync(part);
    }

    private async Task HandOnAsync(StreamPart part)
    {
        if (await Next!.SendOrRefuseAsync(part, _ => _ledger.Refuse()))
            _ledger.Done();
        else
            Complete();
    }

    private sealed class Registration(StreamSource source) : ShardMessage
    {
        internal override bool Run(ShardBlock shard)
        {
            // Told to stop while this waited for the shard.
            if (source.State != Life.New)
                return true;
            source.State = Life.Walking;
            source.Register(shard);
            return true;
        }

        internal override void Refuse(Exception reason) => source.Refused(reason);
    }
}
