// Owner: the session's turn, as Session.cs.

using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Shards;

/// <content>
/// A connection that carries a flow of a migration: what it brings are frames instead of requests, each a command that goes the way of every command; their
/// replies are looked at and not sent. A batch in flight is what holds the socket back.
/// </content>
public sealed partial class Session
{
    private IncomingFlow? _flow;
    private bool _isFrames;

    /// <summary>From the next batch on the input is frames of this flow: changes of another store, which says what is due.</summary>
    internal void Carry(IncomingFlow flow)
    {
        _flow = flow;
        Client.Flow = flow;
        Client.IsReplay = true;
    }

    private ParseResult ReadFrame(InputBuffer input)
    {
        _isFrames = true;
        if (Client.CloseAfterReply)
            return ParseResult.NeedMore;
        try
        {
            if (!ChangeFrame.TryRead(input.Data, input.Start, input.End, _batch.Args, out ChangeHeader header, out int next))
                return ParseResult.NeedMore;
            input.Start = next;
            if (_flow!.Admit(header))
                return ParseResult.Command;
            Client.CloseAfterReply = true;
        }
        catch (FrameException damage)
        {
            GiveUpFlow(damage.Message);
        }

        return ParseResult.NeedMore;
    }

    private void LookAtReplies()
    {
        _output = null;
        if (_batch.FirstError() is { } error)
            GiveUpFlow(error);
    }

    private void GiveUpFlow(string error)
    {
        _flow!.Fail(error);
        Client.CloseAfterReply = true;
    }
}
