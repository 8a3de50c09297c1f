using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>Writes members as bulk strings, one behind the other.</summary>
internal readonly struct MemberReply(ReplyBuffer reply) : IMemberSink
{
    public void Add(ReadOnlySpan<byte> member) => reply.Bulk(member);
}
