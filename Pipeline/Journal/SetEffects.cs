using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>SPOP, whose picks are random, and SMOVE, which may change one of its two sets only.</summary>
internal static class SetEffects
{
    /// <summary>SPOP as SREM of what it has answered, or DEL if nothing is left.</summary>
    public static bool Pop(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (!call.Database.Table.TryFind(call.Key, call.Hash, out Slot _))
        {
            effects.Begin("DEL"u8, call.Key);
            return true;
        }

        if (effects.Begin("SREM"u8, call.Key) is not { } removal)
            return true;
        RespReader reply = new(call.Reply.Written[replyStart..]);
        while (reply.TryRead())
        {
            if (reply.Kind == RespKind.BulkString)
                removal.Word(reply.Payload);
        }

        return true;
    }

    /// <summary>SMOVE as SREM and, if the member was not there, SADD.</summary>
    public static bool Move(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        effects.Begin("SREM"u8, call.Key)?.Word(call.Args[3]);
        if (effects.HasChanged(call.Args[2]))
            effects.Begin("SADD"u8, call.Args[2])?.Word(call.Args[3]);
        return true;
    }
}
