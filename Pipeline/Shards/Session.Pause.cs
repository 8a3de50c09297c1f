// Owner: the session's turn, as Session.cs; only _released is written by another thread, the one that stops the store.

using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Shards;

/// <content>CLIENT PAUSE: a session parks between batches, with the held command, if it has read one, as the next to run.</content>
public sealed partial class Session
{
    private volatile bool _released;
    private bool _hasParked;

    // True: the session is parked and will be resumed. Under ALL nothing is parsed any more, so UNPAUSE has to come from another way than a paused client.
    // What a migration sends is exempt: a pause here must not stop one there (fault F19).
    private bool IsHeldByPause()
    {
        if (_released || _closed || Client.IsPeer)
            return false;
        bool held = _hasAlone ? _engine.Pause.Holds(_alone) : _engine.Pause.Mode == PauseMode.All;
        if (!held || !_engine.Pause.Park(Owner))
            return false;
        _hasParked = true;
        return true;
    }

    // While writes are held back, one that may write ends the batch before it.
    private bool IsHeldBack(in BatchCommand command) => _engine.Pause.IsActive && !Client.IsPeer && _engine.Pause.Holds(command);

    // Commands that were routed before a pause of slots and came to their shard behind its beginning wait here for its end and run then; what the client sent behind
    // them is not read before, so that the order of its commands stays. True: the session will be resumed.
    private bool IsRunAgain()
    {
        while (_batch.HasSentBack)
        {
            if (_closed || _released)
            {
                _batch.RefuseSentBack();
                return false;
            }

            _inFlight = true;
            _hasParked = true;
            if (_batch.IsHeldBy(_engine.Pause) && _engine.Pause.Park(Owner))
                return true;
            if (!_batch.DispatchAgain() || IsDeferred)
                return true;
        }

        return false;
    }

    private SessionProgress RefuseHeld()
    {
        _hasAlone = false;
        int start = _batch.Local.Length;
        _batch.Local.Error(Errors.ShuttingDown);
        _batch.AddLocal(_alone, start);
        return Finish();
    }
}
