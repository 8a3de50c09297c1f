// Concurrency rule: _pushes is filled by any thread and emptied by the session's turn. _pushSignalled is set by the thread that wakes the session and
// cleared by the turn before it empties the queue: a message that comes too late for this turn wakes the next.

using System.Collections.Concurrent;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <content>Messages that nobody asked for: pub/sub, invalidations, MONITOR. They go out between replies, never inside one.</content>
public sealed partial class Session
{
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _pushes = new();
    private int _pushSignalled;

    /// <summary>
    /// Sends a whole, encoded message after the replies given so far. Any thread, also inside a shard: the connection is woken when the thread has left it.
    /// The bytes may be shared by many sessions and are not changed any more.
    /// </summary>
    public void Push(ReadOnlyMemory<byte> message)
    {
        _pushes.Enqueue(message);
        if (Interlocked.Exchange(ref _pushSignalled, 1) == 0)
        {
            Resumptions.Add(Owner);
            Resumptions.Flush();
        }
    }

    private bool AppendPushes(ReplyBuffer output)
    {
        if (Volatile.Read(ref _pushSignalled) == 0)
            return false;
        Interlocked.Exchange(ref _pushSignalled, 0);
        bool any = false;
        while (_pushes.TryDequeue(out ReadOnlyMemory<byte> message))
        {
            output.Raw(message.Span);
            any = true;
        }

        return any;
    }
}
