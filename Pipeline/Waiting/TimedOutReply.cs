using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>What a blocking command answers when nothing came in its time, or where it may not wait.</summary>
internal sealed class TimedOutReply
{
    /// <summary>Pops that answer with a key and what was popped.</summary>
    public static readonly TimedOutReply NullArray = new(static reply => reply.NullArray());

    /// <summary>Moves, which answer with the element: null where they may not wait, but after their time a null array as the pops (Redis 7.0).</summary>
    public static readonly TimedOutReply Null = new(static reply => reply.NullArray()) { AtOnce = static reply => reply.Null() };

    /// <summary>WAIT: no replica has acknowledged.</summary>
    public static readonly TimedOutReply Zero = new(static reply => reply.Integer(0));

    private TimedOutReply(Action<ReplyBuffer> write) => Write = AtOnce = write;

    /// <summary>Writes it when the time is over.</summary>
    public Action<ReplyBuffer> Write { get; }

    /// <summary>Writes it inside a MULTI or a script.</summary>
    public Action<ReplyBuffer> AtOnce { get; private init; }
}
