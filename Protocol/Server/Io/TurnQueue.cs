// Thread rule: everything here is thread-static.

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>
/// Gives connections their turns on the calling thread, one after the other. A turn may end another connection's batch, whose turn may end a third one's:
/// run inside each other they would pile up on the stack, so that a turn asked for during a turn runs after it.
/// </summary>
internal sealed class TurnQueue
{
    [ThreadStatic]
    private static TurnQueue? _ofThread;

    private readonly Queue<Connection> _waiting = new();
    private bool _running;

    /// <summary>Runs the turn of <paramref name="connection"/>, or notes it if this thread is in a turn.</summary>
    public static void Run(Connection connection)
    {
        TurnQueue queue = _ofThread ??= new TurnQueue();
        if (queue._running)
            queue._waiting.Enqueue(connection);
        else
            queue.RunAll(connection);
    }

    private void RunAll(Connection first)
    {
        _running = true;
        try
        {
            first.TakeTurn();
            while (_waiting.TryDequeue(out Connection? next))
                next.TakeTurn();
        }
        finally
        {
            _running = false;
        }
    }
}
