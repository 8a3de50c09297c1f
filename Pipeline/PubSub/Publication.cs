using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.PubSub;

/// <summary>One message on its way to many: encoded once for each protocol that a subscriber speaks, and shared by all of them.</summary>
internal ref struct Publication
{
    private readonly string _kind;
    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ReadOnlySpan<byte> _channel;
    private readonly ReadOnlySpan<byte> _message;
    private byte[]? _resp2;
    private byte[]? _resp3;

    /// <summary>A message of this kind ("message", "smessage", "pmessage" with its pattern).</summary>
    public Publication(string kind, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        _kind = kind;
        _pattern = pattern;
        _channel = channel;
        _message = message;
    }

    /// <summary>Gives it to the subscribers, in order.</summary>
    public void SendTo(Session[] sessions)
    {
        foreach (Session session in sessions)
            session.Push(session.Client.Resp3 ? _resp3 ??= Encode(resp3: true) : _resp2 ??= Encode(resp3: false));
    }

    private readonly byte[] Encode(bool resp3)
    {
        ReplyBuffer buffer = new() { Resp3 = resp3 };
        bool hasPattern = !_pattern.IsEmpty || _kind == "pmessage";
        buffer.Push(hasPattern ? 4 : 3);
        buffer.Bulk(_kind);
        if (hasPattern)
            buffer.Bulk(_pattern);
        buffer.Bulk(_channel);
        buffer.Bulk(_message);
        byte[] bytes = buffer.Written.ToArray();
        buffer.Clear();
        return bytes;
    }
}
