// Owner: the fan-out of the branch, one message at a time.

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How long a branch may take for one message. Runs only while it is waited for.</summary>
internal sealed class StallClock(TimeSpan deadline, TimeProvider time)
{
    // Without a timer there is nothing to dispose.
    private CancellationTokenSource _clock = New(time);

    /// <summary>The longest wait.</summary>
    public TimeSpan Deadline => deadline;

    /// <summary>Cancelled when the wait has lasted too long.</summary>
    public CancellationToken Token => _clock.Token;

    /// <summary>Whether it has.</summary>
    public bool HasRun => _clock.IsCancellationRequested;

    /// <summary>The branch is waited for.</summary>
    public void Start() => _clock.CancelAfter(deadline);

    /// <summary>It is not any more: no timer is left.</summary>
    public void Stop()
    {
        if (_clock.TryReset())
            return;
        _clock.Dispose();
        _clock = New(time);
    }

    private static CancellationTokenSource New(TimeProvider time) => new(Timeout.InfiniteTimeSpan, time);
}
