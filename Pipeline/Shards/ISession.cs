using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>What a connection needs of a session. Called from the connection's turn only.</summary>
public interface ISession
{
    /// <summary>Bytes to send now; unchanged until <see cref="OutputSent"/>.</summary>
    ReadOnlyMemory<byte> Output { get; }

    /// <summary>
    /// Whether the command that is away may wait for ever (BLPOP): a connection whose peer has gone is then closed at once, so that nothing is popped for
    /// nobody. Other batches come back by themselves.
    /// </summary>
    bool IsBlocked { get; }

    /// <summary>Parses and runs what is in <paramref name="input"/>, as far as one batch goes.</summary>
    SessionProgress Advance(InputBuffer input);

    /// <summary>All of <see cref="Output"/> has been handed to the socket; call before the next Advance.</summary>
    void OutputSent();

    /// <summary>The store stops: a command that waits for something later (DEBUG SLEEP) is answered with an error now. Any thread.</summary>
    void Release();

    /// <summary>The connection is gone; if a batch is in flight the session ends when it has come back (one more Advance after Resume).</summary>
    void Closed();
}
