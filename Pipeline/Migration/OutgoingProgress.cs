// Concurrency rule: _lock guards every change, since a configuration cancels while the driver goes on; State, LastError and the numbers are read by anybody. What
// comes back from a connection or a shard carries the round it belongs to, and what is of another round changes nothing.

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// The source's side of a migration as a state machine without I/O. A round is one try from INIT on; within it each attempt to finish has a number of its own,
/// so that an answer to an earlier one is never taken for the present one's (faults F04, F20, F25).
/// </summary>
public sealed class OutgoingProgress
{
    private readonly Lock _lock = new();
    private volatile MigrationState _state;
    private volatile string? _lastError;
    private int _round;
    private long _attempt;
    private bool _isUndecided;
    private volatile string? _trouble;

    /// <summary>How far it is.</summary>
    public MigrationState State => _state;

    /// <summary>What hinders the present attempt; else why the last round failed; null if none has.</summary>
    public string? LastError => _trouble ?? _lastError;

    /// <summary>The present round, counted from 1; 0 before the first.</summary>
    public int Round => Volatile.Read(ref _round);

    /// <summary>The present attempt to finish, counted through all rounds; 0 before the first.</summary>
    public long Attempt => Volatile.Read(ref _attempt);

    /// <summary>
    /// Whether the target may have taken the slots, and only its answer will tell: from the step in which writes are held back for an attempt on. No configuration decides meanwhile, as it could be
    /// against writes that the target has acknowledged, unless it is forced.
    /// </summary>
    public bool IsUndecided => Volatile.Read(ref _isUndecided);

    /// <summary>Begins a round: at the start, or after one that failed. 0 if none may begin.</summary>
    public int BeginRound()
    {
        lock (_lock)
        {
            if (_state is not (MigrationState.Error or MigrationState.Connecting) || (_state == MigrationState.Connecting && _round > 0))
                return 0;
            _state = MigrationState.Connecting;
            return ++_round;
        }
    }

    /// <summary>The target has accepted INIT and every flow; false if this round is not the one that connects.</summary>
    public bool Connected(int round) => Move(round, MigrationState.Connecting, MigrationState.Sync);

    /// <summary>Begins an attempt to finish: the number that the marker on each flow and the ACK carry. 0 if the round is not in sync, or the one before is undecided.</summary>
    public long BeginAttempt(int round)
    {
        lock (_lock)
            return round == _round && _state == MigrationState.Sync && !_isUndecided ? ++_attempt : 0;
    }

    /// <summary>Writes are held back for the present attempt: from now on it is undecided. False if it is not the present one of a round in sync.</summary>
    public bool Asks(int round, long attempt)
    {
        lock (_lock)
        {
            if (!IsPresent(round, attempt))
                return false;
            return _isUndecided = true;
        }
    }

    /// <summary>The target has answered that it has not taken the slots, and will not by this attempt; or that its configuration, by which it owns them or not, is another.</summary>
    public bool Decided(int round, long attempt)
    {
        lock (_lock)
        {
            if (!IsPresent(round, attempt) || !_isUndecided)
                return false;
            EndAttempt();
            return true;
        }
    }

    /// <summary>The present attempt takes longer than it should: what an operator is told until it ends.</summary>
    public void Tell(int round, long attempt, string trouble)
    {
        lock (_lock)
            _trouble = IsPresent(round, attempt) ? trouble : null;
    }

    /// <summary>The target has echoed an attempt. True: the slots are its own now. An echo of another attempt is passed over: the present one is awaited further.</summary>
    public bool Acknowledged(int round, long echoed) => echoed == _attempt && echoed > 0 && Move(round, MigrationState.Sync, MigrationState.Finished);

    /// <summary>The round has failed: connection lost, write too slow, FLUSHALL, marker not echoed. False if it was over, or is another round.</summary>
    public bool Failed(int round, string error)
    {
        lock (_lock)
        {
            if (round != _round || _state is not (MigrationState.Connecting or MigrationState.Sync))
                return false;
            _lastError = error;
            _state = MigrationState.Error;
            EndAttempt();
            return true;
        }
    }

    /// <summary>No round can succeed (the target says that it is out of memory); false if it is over already.</summary>
    public bool FailedForGood(string error)
    {
        lock (_lock)
        {
            if (_state.IsOver())
                return false;
            _lastError = error;
            _state = MigrationState.Fatal;
            EndAttempt();
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
            EndAttempt();
            return true;
        }
    }

    private bool Move(int round, MigrationState from, MigrationState to)
    {
        lock (_lock)
        {
            if (round != _round || round == 0 || _state != from)
                return false;
            _state = to;
            EndAttempt();
            return true;
        }
    }

    private void EndAttempt()
    {
        _isUndecided = false;
        _trouble = null;
    }

    private bool IsPresent(int round, long attempt) => round == _round && attempt == _attempt && attempt > 0 && _state == MigrationState.Sync;
}
