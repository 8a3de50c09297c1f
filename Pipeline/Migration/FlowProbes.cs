// Concurrency rule: _lock guards the question that waits. Flows come to probes on turns of their own; Progress has a lock of its own, taken inside this one.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>The target's side of a source that catches up: whether all that went ahead of a probe has been applied, in every flow.</summary>
internal sealed class FlowProbes(IncomingProgress progress)
{
    private readonly Lock _lock = new();
    private DeferredReply? _reply;
    private long _number;

    /// <summary>PROBED: answered with the number when every flow has come to it; with an error if they never will, or not within <paramref name="deadline"/>.</summary>
    public void Ask(long number, DeferredReply reply, TimeProvider time, TimeSpan deadline)
    {
        lock (_lock)
        {
            _reply?.TryComplete(static buffer => buffer.Error("ERR another probe is asked for"));
            (_reply, _number) = (reply, number);
        }

        reply.CompleteAfter(time, deadline, static buffer => buffer.Error("ERR not all flows have come to the probe in time"));
        Look();
    }

    /// <summary>A flow has come to a probe, or the round has ended.</summary>
    public void Look()
    {
        lock (_lock)
        {
            if (_reply is not { } reply)
                return;
            if (progress.State != MigrationState.Sync)
                reply.TryComplete(buffer => buffer.Error($"ERR the migration is {progress.State.Word()}"));
            else if (progress.HasProbed(_number))
                reply.TryComplete(buffer => buffer.Integer(_number));
            else
                return;
            _reply = null;
        }
    }
}
