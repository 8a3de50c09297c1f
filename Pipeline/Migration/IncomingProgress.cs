// Concurrency rule: as OutgoingProgress. Flows live on threads of their own: what they report carries the round that INIT gave them.

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>What a target does with an INIT.</summary>
public enum InitAnswer
{
    /// <summary>The round begins.</summary>
    Accepted,

    /// <summary>An earlier round has left keys in the slots: they are flushed first, then the round begins (fault F30).</summary>
    FlushFirst,

    /// <summary>It is over: the source is told so.</summary>
    Refused,
}

/// <summary>
/// The target's side of a migration as a state machine without I/O. It is finished when every flow has ended with the marker of one and the same attempt; data
/// behind a marker voids that marker (fault F25).
/// </summary>
public sealed class IncomingProgress
{
    private readonly Lock _lock = new();
    private volatile MigrationState _state;
    private volatile string? _lastError;
    private int _round;
    private long _refused;
    private volatile bool[] _open = [];
    private long[] _markers = [];
    private long[] _probes = [];

    /// <summary>How far it is.</summary>
    public MigrationState State => _state;

    /// <summary>Why the last round failed; null if none has.</summary>
    public string? LastError => _lastError;

    /// <summary>The present round, counted from 1; 0 before the first INIT.</summary>
    public int Round => Volatile.Read(ref _round);

    /// <summary>Flows that the source has announced in this round.</summary>
    public int Flows => _open.Length;

    /// <summary>INIT: a new round of so many flows, whatever became of the one before.</summary>
    public InitAnswer Begin(int flows)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(flows, 1);
            if (_state.IsOver())
                return InitAnswer.Refused;
            bool isFirst = _round == 0;
            _round++;
            _state = MigrationState.Connecting;
            _open = new bool[flows];
            _markers = new long[flows];
            _probes = new long[flows];
            return isFirst ? InitAnswer.Accepted : InitAnswer.FlushFirst;
        }
    }

    /// <summary>FLOW: a flow is there. The last one makes it SYNC. False if the flow is not expected: another round, out of range, or there already.</summary>
    public bool Opened(int round, int flow)
    {
        lock (_lock)
        {
            if (round != _round || _state != MigrationState.Connecting || (uint)flow >= (uint)_open.Length || _open[flow])
                return false;
            _open[flow] = true;
            if (Array.TrueForAll(_open, static isOpen => isOpen))
                _state = MigrationState.Sync;
            return true;
        }
    }

    /// <summary>A flow has brought a key or a change: it may be applied if this is true. A marker before it is void.</summary>
    public bool Received(int round, int flow)
    {
        lock (_lock)
        {
            if (!IsFlowing(round, flow))
                return false;
            _markers[flow] = 0;
            return true;
        }
    }

    /// <summary>A flow has brought the marker of an attempt.</summary>
    public bool Marked(int round, int flow, long attempt)
    {
        lock (_lock)
        {
            if (!IsFlowing(round, flow) || attempt < 1)
                return false;
            _markers[flow] = attempt;
            return true;
        }
    }

    /// <summary>A flow has brought a probe: all that went ahead of it has been applied. Unlike a marker, it is not voided by what follows.</summary>
    public bool Probed(int round, int flow, long number)
    {
        lock (_lock)
        {
            if (!IsFlowing(round, flow))
                return false;
            _probes[flow] = Math.Max(_probes[flow], number);
            return true;
        }
    }

    /// <summary>Whether every flow of the present round has come to a probe.</summary>
    public bool HasProbed(long number)
    {
        lock (_lock)
            return _state == MigrationState.Sync && Array.TrueForAll(_probes, probe => probe >= number);
    }

    /// <summary>ACK: true, and finished, if every flow stands at the marker of this attempt. False: asked again when more has come, or answered with an error at its deadline.</summary>
    public bool TryFinish(long attempt)
    {
        lock (_lock)
        {
            if (_state == MigrationState.Finished)
                return attempt > 0 && Array.TrueForAll(_markers, marker => marker == attempt);
            if (!IsComplete(attempt))
                return false;
            _state = MigrationState.Finished;
            return true;
        }
    }

    /// <summary>Whether every flow stands at the marker of this attempt, and it may still finish.</summary>
    public bool CanFinish(long attempt)
    {
        lock (_lock)
            return IsComplete(attempt);
    }

    /// <summary>
    /// The source is told that an attempt has failed: from now on it can never finish, nor those before it, however late its ACK comes again. False if it has
    /// finished.
    /// </summary>
    public bool Refuse(long attempt)
    {
        lock (_lock)
        {
            if (_state == MigrationState.Finished)
                return false;
            _refused = Math.Max(_refused, attempt);
            return true;
        }
    }

    /// <summary>Whether an attempt was refused, and can never finish.</summary>
    public bool HasRefused(long attempt)
    {
        lock (_lock)
            return attempt <= _refused;
    }

    /// <summary>Whether what a flow brings is still wanted; a moment's reading, which the shards take with each command.</summary>
    public bool Admits(int round, int flow) => IsFlowing(round, flow);

    /// <summary>The round has failed: a flow was lost or brought what cannot be applied. False if it was over, or is another round.</summary>
    public bool Failed(int round, string error)
    {
        lock (_lock)
        {
            if (round != _round || _state is not (MigrationState.Connecting or MigrationState.Sync))
                return false;
            _lastError = error;
            _state = MigrationState.Error;
            return true;
        }
    }

    /// <summary>No round can succeed here (out of memory); false if it is over already.</summary>
    public bool FailedForGood(string error)
    {
        lock (_lock)
        {
            if (_state.IsOver())
                return false;
            _lastError = error;
            _state = MigrationState.Fatal;
            return true;
        }
    }

    /// <summary>Takes the migration back, also before it has begun; false if it is over already.</summary>
    public bool Cancel()
    {
        lock (_lock)
        {
            if (_state.IsOver())
                return false;
            _state = MigrationState.Cancelled;
            return true;
        }
    }

    private bool IsComplete(long attempt)
        => _state == MigrationState.Sync && attempt > _refused && Array.TrueForAll(_markers, marker => marker == attempt);

    private bool IsFlowing(int round, int flow)
        => _state is (MigrationState.Connecting or MigrationState.Sync) && round == Volatile.Read(ref _round) && _open is { } open && (uint)flow < (uint)open.Length && open[flow];
}
