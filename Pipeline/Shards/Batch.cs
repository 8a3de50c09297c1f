// Owner: the session's turn until the lanes are posted, then each lane its shard, then (pending = 0) the session's turn again. A session has one batch, in
// flight at most once, so this memory is reused for the life of the connection and a shard's backlog is bounded by the number of connections.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>The commands of one read, grouped by shard (performance.md 5.2): one message per shard touched, replies gathered in command order.</summary>
internal sealed partial class Batch : CommandSource
{
    public const int CommandsMax = 1024;

    private readonly Session _session;
    private readonly BatchLane?[] _lanes;
    private readonly ReplyBuffer _gathered = new();
    private BatchCommand[] _commands = new BatchCommand[16];
    private int _touched;
    private int _lanesTouched;
    private int _onlyLane;
    private bool _anySilent;
    private bool _hasRunAgain;
    private volatile bool _hasSentBack;
    private int _pending;

    public Batch(Session session, StoreEngine engine)
        : base(engine, session.Client)
    {
        _session = session;
        _lanes = new BatchLane?[engine.Shards.Length];
        Local = new ReplyBuffer();
    }

    /// <summary>Replies of commands that need no shard, and errors found while parsing.</summary>
    public ReplyBuffer Local { get; }

    public int Count { get; private set; }

    /// <summary>Whether any command so far goes to a shard.</summary>
    public bool HasLanes => _lanesTouched > 0;

    public BatchCommand[] Commands => _commands;

    public void Begin(byte[] data)
    {
        Data = data;
        Count = 0;
        _touched = 0;
        _onlyLane = -1;
        _lanesTouched = 0;
        _anySilent = false;
        _hasRunAgain = false;
        _hasSentBack = false;
        Local.Clear();
    }

    /// <summary>
    /// Room for one more command, cleared; one of the Add methods then counts it. It is filled where it will lie: a copy of what has just been written in small
    /// pieces waits for all of them.
    /// </summary>
    public ref BatchCommand Next()
    {
        if (Count == _commands.Length)
            Array.Resize(ref _commands, _commands.Length * 2);
        ref BatchCommand next = ref _commands[Count];
        next = default;
        return ref next;
    }

    /// <summary>Adds the command in <see cref="Next"/>, whose keys are all on one shard.</summary>
    public void AddToShard(int shard)
    {
        BatchLane lane = _lanes[shard] ??= new BatchLane(this);
        if (lane.Count == 0)
        {
            Touch(shard);
            _lanesTouched++;
        }

        lane.Add(Count);
        Add((short)shard);
    }

    /// <summary>Adds the command in <see cref="Next"/>, whose reply is in <see cref="Local"/> from <paramref name="replyStart"/> on.</summary>
    public void AddLocal(int replyStart)
    {
        if (_onlyLane != Engine.Shards.Length)
            Touch(Engine.Shards.Length);
        ref BatchCommand command = ref _commands[Count];
        command.ReplyStart = replyStart;
        command.ReplyLength = Local.Length - replyStart;
        Add((short)Engine.Shards.Length);
    }

    /// <summary>Adds a command that was kept elsewhere, whose reply is in <see cref="Local"/> from <paramref name="replyStart"/> on.</summary>
    public void AddLocal(in BatchCommand command, int replyStart)
    {
        Next() = command;
        AddLocal(replyStart);
    }

    /// <summary>Posts the lanes; true if all have run when it returns, false if the session will be resumed.</summary>
    public bool Dispatch()
    {
        _pending = 1 + _lanesTouched;
        for (int shard = 0; shard < _lanes.Length; shard++)
        {
            if (_lanes[shard] is not { Count: > 0 } lane)
                continue;
            if (!Engine.Shards[shard].Post(lane))
                lane.Refuse(new OperationCanceledException("The shard is completed."));
        }

        return Interlocked.Decrement(ref _pending) == 0;
    }

    /// <summary>Before work that is no lane (a multi-shard command): two references, one for it and one for the session.</summary>
    public void Hold() => _pending = 2;

    /// <summary>The session drops its reference; true if the work has concluded already.</summary>
    public bool DropHold() => Interlocked.Decrement(ref _pending) == 0;

    /// <summary>Whether all lanes have come back.</summary>
    public bool IsDone => Volatile.Read(ref _pending) == 0;

    /// <summary>A lane has run. The last one home resumes the session, from outside the shard.</summary>
    public void LaneDone()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            Resumptions.Add(_session.Owner);
    }

    /// <summary>Whether the last command is not answered.</summary>
    public bool IsLastSilent => Count > 0 && _commands[Count - 1].IsSilent;

    /// <summary>The first reply that is an error, without its sign; null if none is.</summary>
    public string? FirstError()
    {
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            ReadOnlySpan<byte> reply = BufferOf(command.Lane).Written.Slice(command.ReplyStart, command.ReplyLength);
            if (reply is [(byte)'-', ..])
                return Words.Text(reply[1..].TrimEnd("\r\n"u8));
        }

        return null;
    }

    /// <summary>The replies in command order.</summary>
    public ReplyBuffer Gather()
    {
        if (_touched == 1 && !_anySilent && !_hasRunAgain)
            return BufferOf(_onlyLane);
        _gathered.Clear();
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            if (command.IsSilent)
                continue;
            _gathered.Raw(BufferOf(command.Lane).Written.Slice(command.ReplyStart, command.ReplyLength));
        }

        return _gathered;
    }

    /// <summary>Makes the lanes ready for the next batch; their buffers keep a bounded capacity.</summary>
    public void Reset()
    {
        foreach (BatchLane? lane in _lanes)
            lane?.Reset();
        Count = 0;
        _touched = 0;
        _gathered.Clear();
        Local.Clear();
    }

    /// <summary>Where the part of a command over several shards answers on one of them; its shard's alone until the parts are put together.</summary>
    public ReplyBuffer PartReply(int shard) => (_lanes[shard] ??= new BatchLane(this)).Reply;

    private ReplyBuffer BufferOf(int lane) => lane == _lanes.Length ? Local : _lanes[lane]!.Reply;

    private void Touch(int lane)
    {
        _touched++;
        _onlyLane = lane;
    }

    private void Add(short lane)
    {
        ref BatchCommand command = ref _commands[Count++];
        command.Lane = lane;
        command.Next = -1;
        _anySilent |= command.IsSilent;
    }
}
