using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Commands.Streams;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>
/// Commands on streams that look at the clock or trim as it suits the nodes: XADD and XTRIM with the id and the length they came to; XREADGROUP, XCLAIM and
/// XAUTOCLAIM as what the group now knows of the entries they named.
/// </summary>
internal static class StreamEffects
{
    /// <summary>XADD with its id, which is the reply, and with the length to which it has trimmed.</summary>
    public static bool Add(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        RespReader reply = new(call.Reply.Written[replyStart..]);
        if (Find(ref call, call.Key) is not { } stream || !reply.TryRead() || !StreamAddOptions.TryRead(ref call, isAdd: true, out StreamAddOptions options, out int idAt))
            return false;
        JournalDraft? effect = effects.Begin("XADD"u8, call.Key);
        if (options.Trims)
            effect?.Word("MAXLEN"u8).Word("="u8).Number(stream.Length);
        effect?.Word(reply.Payload).Words(call.Args.From(idAt + 1));
        return true;
    }

    /// <summary>XTRIM to the length that it has come to.</summary>
    public static bool Trim(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (Find(ref call, call.Key) is not { } stream)
            return false;
        effects.Begin("XTRIM"u8, call.Key)?.Word("MAXLEN"u8).Word("="u8).Number(stream.Length);
        return true;
    }

    /// <summary>XREADGROUP: what was delivered, and how far the group has read.</summary>
    public static bool ReadGroup(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (!StreamReadOptions.TryRead(ref call, isGroup: true, out StreamReadOptions options))
            return false;
        RespReader reply = new(call.Reply.Written[replyStart..]);
        bool hasAnswered = reply.TryRead() && reply.Kind is RespKind.Array or RespKind.Map;
        bool isAhead = hasAnswered && TryReadKey(ref call, ref reply);
        for (int key = options.FirstKey; key < options.FirstKey + options.Streams; key++)
        {
            bool isAnswered = isAhead && reply.Payload.SequenceEqual(call.Args[key]) && call.LooksAt(key);
            if (effects.HasChanged(call.Args[key]) && call.LooksAt(key) && Find(ref call, call.Args[key])?.Groups.Find(call.Args[options.Group]) is { } group)
                WriteRead(ref call, ref reply, isAnswered, options, key, group, effects);
            if (isAnswered)
                isAhead = TryReadKey(ref call, ref reply);
        }

        return true;
    }

    /// <summary>XCLAIM: where the entries are now that its arguments name.</summary>
    public static bool Claim(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (!StreamClaimOptions.TryRead(ref call, out StreamClaimOptions options) || GroupOf(ref call) is not { } group)
            return false;
        GroupEffects written = new(effects, call.Key, call.Args[2], group);
        for (int i = StreamClaimOptions.FirstId; i < StreamClaimOptions.FirstId + options.Ids; i++)
        {
            if (StreamIds.TryParse(call.Args[i], 0, out StreamId id))
                written.Entry(id);
        }

        written.Consumer(call.Args[3]);
        written.Progress();
        return true;
    }

    /// <summary>XAUTOCLAIM: where the entries are now that its reply names.</summary>
    public static bool AutoClaim(ref CommandCall call, int replyStart, EffectWriter effects)
    {
        if (GroupOf(ref call) is not { } group)
            return false;
        GroupEffects written = new(effects, call.Key, call.Args[2], group);
        RespReader reply = new(call.Reply.Written[replyStart..]);
        if (!reply.TryRead() || !reply.TryRead() || !reply.TryRead())
            return false;
        // Entries or, with JUSTID, ids; then the ids of entries that are gone.
        WriteClaimed(ref reply, ref written);
        if (reply.TryRead())
            WriteClaimed(ref reply, ref written);
        written.Consumer(call.Args[3]);
        return true;
    }

    private static void WriteRead(
        ref CommandCall call, ref RespReader reply, bool isAnswered, scoped in StreamReadOptions options, int key, StreamGroup group, EffectWriter effects)
    {
        GroupEffects written = new(effects, call.Args[key], call.Args[options.Group], group);
        if (isAnswered && reply.TryRead())
            WriteClaimed(ref reply, ref written, isRead: !options.NoAck);
        written.Consumer(call.Args[options.Group + 1]);
        if (call.Args[options.IdOf(key)].SequenceEqual(">"u8) && isAnswered)
            written.Progress();
    }

    // Of entries that are gone from the stream there is nothing to write if they were only read again.
    private static void WriteClaimed(ref RespReader reply, scoped ref GroupEffects written, bool isRead = true)
    {
        for (long left = reply.Count; left > 0 && reply.TryRead(); left--)
        {
            bool isEntry = reply.Kind == RespKind.Array;
            if (isEntry && !reply.TryRead())
                return;
            bool isId = StreamIds.TryParse(reply.Payload, 0, out StreamId id);
            bool isThere = true;
            if (isEntry && reply.TryRead())
            {
                isThere = reply.Kind == RespKind.Array;
                for (long word = reply.Count; word > 0 && reply.TryRead(); word--)
                {
                }
            }

            if (isId && isThere && isRead)
                written.Entry(id);
        }
    }

    private static bool TryReadKey(ref CommandCall call, ref RespReader reply) => (call.Reply.Resp3 || reply.TryRead()) && reply.TryRead();

    private static StreamGroup? GroupOf(ref CommandCall call) => Find(ref call, call.Key)?.Groups.Find(call.Args[2]);

    private static StreamValue? Find(ref CommandCall call, ReadOnlySpan<byte> key)
    {
        Storage.Keyspace.Database database = call.Locate(key, out ulong hash);
        return database.Table.TryFind(key, hash, out Slot slot) && database.Table.Kind(slot) == ValueKind.Stream ? database.Object<StreamValue>(slot) : null;
    }
}
