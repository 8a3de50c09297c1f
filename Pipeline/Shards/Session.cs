using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>How far a session came with the bytes it has.</summary>
public enum SessionProgress
{
    /// <summary>All whole commands are answered; more bytes are needed.</summary>
    NeedInput,

    /// <summary>A batch is answered and more commands are in the buffer: send the output, then advance again.</summary>
    Again,

    /// <summary>A batch is with other threads: do not touch input or output; <see cref="ISessionOwner.Resume"/> will be called.</summary>
    Waiting,

    /// <summary>Send the output, then close the connection.</summary>
    Close,
}

/// <summary>The connection a session belongs to.</summary>
public interface ISessionOwner
{
    /// <summary>Asks for the connection's next turn (Advance, or a send of pushes). Any thread, never inside a shard, never blocks.</summary>
    void Resume();

    /// <summary>Closes the connection as soon as its turn comes. Any thread.</summary>
    void Kill(string reason);
}

/// <summary>One client of the store, seen from the pipeline: parses, routes, runs and answers. Its owner calls it from one thread at a time.</summary>
public sealed class Session
{
    /// <summary>Parses and runs what is in <paramref name="input"/>, as far as one batch goes.</summary>
    public SessionProgress Advance(InputBuffer input) => throw new NotImplementedException();

    /// <summary>Bytes to send now; unchanged until <see cref="OutputSent"/>.</summary>
    public ReadOnlyMemory<byte> Output => throw new NotImplementedException();

    /// <summary>All of <see cref="Output"/> has been handed to the socket.</summary>
    public void OutputSent() => throw new NotImplementedException();

    /// <summary>The connection is gone; if a batch is in flight the session ends when it has come back.</summary>
    public void Closed() => throw new NotImplementedException();
}
