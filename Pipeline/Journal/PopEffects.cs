using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>
/// Pops from the first of several keys, and pops that may wait, as a pop from the key that had something; moves between lists, which may lie on two shards.
/// </summary>
internal static class PopEffects
{
    private static readonly string[] Ends = ["LEFT", "RIGHT", "MIN", "MAX"];

    /// <summary>BLPOP, BZPOPMIN and their kin: the reply begins with the key.</summary>
    public static bool One(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (!TryReadKey(ref call, replyStart, out RespReader reply))
            return false;
        effects.Begin(PopOf(call.Descriptor.Name), reply.Payload);
        return true;
    }

    /// <summary>LMPOP, ZMPOP and the same with B: the reply is the key and an array of what was popped.</summary>
    public static bool Many(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (!TryReadKey(ref call, replyStart, out RespReader reply))
            return false;
        ReadOnlySpan<byte> key = reply.Payload;
        if (reply.TryRead())
            effects.Begin(PopOf(EndOf(call.Args)), key)?.Number(reply.Count);
        return true;
    }

    /// <summary>LMOVE and RPOPLPUSH, with and without B: on one shard as LMOVE, on two as a pop and a push.</summary>
    public static bool Move(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        bool isFixed = call.Descriptor.Name.EndsWith("rpoplpush", StringComparison.Ordinal);
        bool fromLeft = !isFixed && call.Args.Is(3, "LEFT");
        bool toLeft = isFixed || call.Args.Is(4, "LEFT");
        if (System.Numerics.BitOperations.IsPow2(call.HeldShards))
        {
            effects.Begin("LMOVE"u8, call.Key, call.Args[2])?.Word(fromLeft ? "LEFT"u8 : "RIGHT"u8).Word(toLeft ? "LEFT"u8 : "RIGHT"u8);
            return true;
        }

        RespReader reply = new(call.Reply.Written[replyStart..]);
        if (!reply.TryRead() || reply.Kind != RespKind.BulkString)
            return false;
        effects.Begin(fromLeft ? "LPOP"u8 : "RPOP"u8, call.Key);
        effects.Begin(toLeft ? "LPUSH"u8 : "RPUSH"u8, call.Args[2])?.Word(reply.Payload);
        return true;
    }

    private static bool TryReadKey(ref CommandCall call, int replyStart, out RespReader reply)
    {
        reply = new RespReader(call.Reply.Written[replyStart..]);
        return reply.TryRead() && reply.Kind == RespKind.Array && reply.TryRead() && reply.Kind == RespKind.BulkString;
    }

    private static ReadOnlySpan<byte> PopOf(string nameOrEnd) => nameOrEnd switch
    {
        "blpop" or "LEFT" => "LPOP"u8,
        "brpop" or "RIGHT" => "RPOP"u8,
        "bzpopmin" or "MIN" => "ZPOPMIN"u8,
        _ => "ZPOPMAX"u8,
    };

    // Behind the keys, so the last word of these is it.
    private static string EndOf(ArgView args)
    {
        for (int i = args.Count - 1; i > 0; i--)
        {
            foreach (string end in Ends)
            {
                if (args.Is(i, end))
                    return end;
            }
        }

        throw new InvalidOperationException("A pop from one of several keys has run without saying from which end.");
    }
}
