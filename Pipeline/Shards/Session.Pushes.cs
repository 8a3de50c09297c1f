// Concurrency rule: _pushes is filled by any thread and emptied by the session's turn. _pushSignalled is set by the thread that wakes the session and
// cleared by the turn before it empties the queue: a message that comes too late for this turn wakes the next. Between the queue and that word stands a full
// fence on both sides (the interlocked count of bytes, the exchange), so that a message is never left to a turn that has passed.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <content>Messages that nobody asked for: pub/sub, invalidations, MONITOR. They go out between replies, never inside one.</content>
public sealed partial class Session
{
    private readonly ConcurrentQueue<byte[]> _pushes = new();
    private readonly PushWake _pushWake;
    private int _pushSignalled;
    private volatile bool _slotsHaveMoved;
    private long _pushBytes;
    private long _overSoftLimitSinceMs;

    /// <summary>Whether it is a MONITOR.</summary>
    internal bool IsMonitor => _engine.Monitors.Has(this);

    /// <summary>What the client listens to.</summary>
    internal Subscriptions Subscriptions { get; }

    /// <summary>
    /// Sends a whole, encoded message after the replies given so far. Any thread, also inside a shard: the connection is woken when the thread has left it.
    /// The bytes may be shared by many sessions and are not changed any more.
    /// </summary>
    public void Push(byte[] message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_closed)
            return;
        _pushes.Enqueue(message);
        CheckPushLimit(Interlocked.Add(ref _pushBytes, message.Length));
        if (Volatile.Read(ref _pushSignalled) == 0 && Interlocked.Exchange(ref _pushSignalled, 1) == 0)
        {
            Resumptions.Add(_pushWake);
            Resumptions.Flush();
        }
    }

    /// <summary>Cluster mode: slots have moved, so the session looks in its next turn which of its shard channels have left. Any thread.</summary>
    internal void LookAtShardChannels()
    {
        _slotsHaveMoved = true;
        if (Interlocked.Exchange(ref _pushSignalled, 1) == 0)
        {
            Resumptions.Add(Owner);
            Resumptions.Flush();
        }
    }

    // A subscriber that does not read is cut off, so that it costs bounded memory and holds up nobody (client-output-buffer-limit pubsub).
    private void CheckPushLimit(long waiting)
    {
        OutputLimit limit = _engine.Config.Get(StoreOptions.ClientOutputBufferLimit).PubSub;
        bool overSoft = limit.SoftBytes > 0 && waiting > limit.SoftBytes;
        if (overSoft && Volatile.Read(ref _overSoftLimitSinceMs) == 0)
            Volatile.Write(ref _overSoftLimitSinceMs, _engine.Clock.LastMs);
        bool tooLong = overSoft && _engine.Clock.LastMs - Volatile.Read(ref _overSoftLimitSinceMs) > limit.SoftSeconds * 1000;
        if (!tooLong && (limit.HardBytes == 0 || waiting <= limit.HardBytes))
            return;
        Resumptions.Add(new CutOff(Owner));
        Resumptions.Flush();
    }

    private bool AppendPushes(ReplyBuffer output)
    {
        if (Volatile.Read(ref _pushSignalled) == 0)
            return false;
        Interlocked.Exchange(ref _pushSignalled, 0);
        bool any = _slotsHaveMoved && DropLostChannels(output);
        any |= MovePushes(output);
        Volatile.Write(ref _overSoftLimitSinceMs, 0);
        return any;
    }

    // Those that are there now: their count is taken once, and so are their bytes.
    private bool MovePushes(ReplyBuffer output)
    {
        int due = _pushes.Count;
        long bytes = 0;
        for (; due > 0 && _pushes.TryDequeue(out byte[]? message); due--)
        {
            output.Raw(message);
            bytes += message.Length;
        }

        Interlocked.Add(ref _pushBytes, -bytes);
        return bytes > 0;
    }

    private bool DropLostChannels(ReplyBuffer output)
    {
        _slotsHaveMoved = false;
        output.Resp3 = Client.Resp3;
        return _engine.Cluster is { } cluster && Subscriptions.DropLost(cluster.View, output);
    }

    private sealed class PushWake(ISessionOwner owner) : IResumable
    {
        public void Resume() => owner.ResumeForPushes();
    }

    private sealed class CutOff(ISessionOwner owner) : IResumable
    {
        public void Resume() => owner.Kill("its messages exceed client-output-buffer-limit pubsub");
    }
}
