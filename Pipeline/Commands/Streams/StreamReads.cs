using DragonflyFlow.Pipeline.Waiting;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>
/// XREAD and XREADGROUP. All arguments are looked at before anything is read. What finds nothing may wait (<see cref="StreamArrival"/>); served, the same
/// handler runs again for the stream that has something.
/// </summary>
internal static class StreamReads
{
    private const string NoDollar = "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, "
        + "or use the > ID to get new messages. The $ ID would just return an empty result set.";

    private const string NoGreater = "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.";

    /// <summary>XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...].</summary>
    public static void Read(ref CommandCall call) => Answer(ref call, isGroup: false);

    /// <summary>XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...].</summary>
    public static void ReadGroup(ref CommandCall call) => Answer(ref call, isGroup: true);

    private static void Answer(ref CommandCall call, bool isGroup)
    {
        if (!StreamReadOptions.TryRead(ref call, isGroup, out StreamReadOptions options))
            return;
        for (int key = options.FirstKey; key < options.FirstKey + options.Streams; key++)
        {
            if (call.LooksAt(key) && !TryCheck(ref call, options, key))
                return;
        }

        if (TryAnswerAtOnce(ref call, options))
            return;
        if (options.TimeoutMs == StreamReadOptions.NoWait || call.IsNested)
            call.Reply.NullArray();
        else
            Wait(ref call, options);
    }

    private static bool TryAnswerAtOnce(ref CommandCall call, scoped in StreamReadOptions options)
    {
        int start = call.Reply.Length;
        int mark = call.Reply.BeginDeferred();
        int answered = 0;
        for (int key = options.FirstKey; key < options.FirstKey + options.Streams; key++)
        {
            if (call.LooksAt(key) && Find(ref call, key, out Database database) is { } stream && TryReadStream(ref call, options, key, database, stream))
                answered++;
        }

        if (answered == 0)
            call.Reply.Truncate(start);
        else
            call.Reply.EndDeferred(mark, call.Reply.Resp3 ? '%' : '*', answered);
        return answered > 0;
    }

    // Type, group and id, in Redis's order.
    private static bool TryCheck(ref CommandCall call, scoped in StreamReadOptions options, int key)
    {
        Database database = call.Locate(call.Args[key], out ulong hash);
        bool exists = options.Group == 0 ? database.FindForRead(call.Args[key], hash, out Slot slot) : database.Find(call.Args[key], hash, out slot);
        ReadOnlySpan<byte> id = call.Args[options.IdOf(key)];
        string? error = null;
        if (exists && database.Table.Kind(slot) != ValueKind.Stream)
            error = Errors.WrongType;
        else if (options.Group != 0 && (!exists || database.Object<StreamValue>(slot).Groups.Find(call.Args[options.Group]) is null))
            error = StreamErrors.NoKeyOrGroup(call.Args[key], call.Args[options.Group]) + " in XREADGROUP with GROUP option";
        else if (id.SequenceEqual("$"u8))
            error = options.Group != 0 ? NoDollar : null;
        else if (id.SequenceEqual(">"u8))
            error = options.Group == 0 ? NoGreater : null;
        else if (!StreamIds.TryParse(id, 0, out _))
            error = StreamErrors.InvalidId;
        if (error is not null)
            call.Reply.Error(error);
        return error is null;
    }

    private static StreamValue? Find(ref CommandCall call, int key, out Database database)
    {
        database = call.Locate(call.Args[key], out ulong hash);
        return database.Find(call.Args[key], hash, out Slot slot) ? database.Object<StreamValue>(slot) : null;
    }

    private static bool TryReadStream(ref CommandCall call, scoped in StreamReadOptions options, int key, Database database, StreamValue stream)
    {
        StreamId behind = IdOf(ref call, options, key, stream);
        if (options.Group != 0)
            return TryReadForGroup(ref call, options, key, database, stream, behind);
        if (stream.Length == 0 || stream.LastLiveId <= behind)
            return false;
        BeginStream(ref call, key);
        behind.TryNext(out StreamId from);
        StreamReply.WriteRange(call.Reply, stream, from, StreamId.Max, options.Count);
        return true;
    }

    // A consumer is made by whoever names it, found something or not (7.2).
    private static bool TryReadForGroup(ref CommandCall call, scoped in StreamReadOptions options, int key, Database database, StreamValue stream, StreamId behind)
    {
        ShowOld(database, call.Args[key]);
        StreamGroup group = stream.Groups.Find(call.Args[options.Group])!;
        StreamConsumer consumer = StreamConsumers.FindOrAdd(database, call.Args[key], group, call.Args[options.Group + 1]);
        bool isNew = behind == StreamId.Max;
        bool hasSome = !isNew || (stream.Length > 0 && stream.LastLiveId > group.LastId);
        if (hasSome)
        {
            BeginStream(ref call, key);
            if (isNew)
                WriteNew(ref call, options, stream, group, consumer);
            else
                WriteHistory(ref call, stream, group, consumer, behind, options.Count);
        }

        database.Changed(call.Args[key], ChangeClass.Silent, "xreadgroup");
        return hasSome;
    }

    private static void WriteNew(ref CommandCall call, scoped in StreamReadOptions options, StreamValue stream, StreamGroup group, StreamConsumer consumer)
    {
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        group.LastId.TryNext(out StreamId from);
        StreamEntries entries = stream.Read(from, StreamId.Max);
        while ((options.Count == 0 || written < options.Count) && entries.MoveNext())
        {
            stream.Advance(group, entries.Id);
            StreamReply.WriteEntry(call.Reply, ref entries);
            if (!options.NoAck)
                group.Assign(entries.Id, new StreamDelivery(consumer, consumer.SeenAtMs, 1));
            written++;
        }

        consumer.ActiveAtMs = consumer.SeenAtMs;
        call.Reply.EndDeferred(mark, '*', written);
    }

    // What a consumer was given and has not acknowledged; what is no longer in the stream comes without fields.
    private static void WriteHistory(ref CommandCall call, StreamValue stream, StreamGroup group, StreamConsumer consumer, StreamId behind, long count)
    {
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        behind.TryNext(out StreamId from);
        StreamIdMap<ValueTuple>.Walk pending = consumer.Pending.From(from);
        while ((count == 0 || written < count) && pending.MoveNext())
        {
            written++;
            if (StreamReply.TryWriteEntry(call.Reply, stream, pending.Id))
            {
                group.Redeliver(pending.Id, consumer.SeenAtMs);
                continue;
            }

            call.Reply.Array(2);
            StreamReply.WriteId(call.Reply, pending.Id);
            call.Reply.NullArray();
        }

        call.Reply.EndDeferred(mark, '*', written);
    }

    private static void BeginStream(ref CommandCall call, int key)
    {
        if (!call.Reply.Resp3)
            call.Reply.Array(2);
        call.Reply.Bulk(call.Args[key]);
    }

    // Behind this id; the last one there is stands for what a group has not read.
    private static StreamId IdOf(ref CommandCall call, scoped in StreamReadOptions options, int key, StreamValue? stream)
    {
        ReadOnlySpan<byte> text = call.Args[options.IdOf(key)];
        if (text.SequenceEqual("$"u8))
            return stream?.LastId ?? StreamId.Min;
        return StreamIds.TryParse(text, 0, out StreamId id) ? id : StreamId.Max;
    }

    private static void ShowOld(Database database, ReadOnlySpan<byte> key) => database.FindForWrite(key, KeyHash.Of(key), out _);

    private static void Wait(ref CommandCall call, scoped in StreamReadOptions options)
    {
        StreamId[] ids = new StreamId[options.Streams];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = IdOf(ref call, options, options.FirstKey + i, Find(ref call, options.FirstKey + i, out _));
        StreamArrival condition = new(options.FirstKey, options.Group, ids);
        Range keys = options.FirstKey..(options.FirstKey + options.Streams);
        BlockedCommand.Enter(ref call, condition, keys, TimedOutReply.NullArray, options.TimeoutMs);
    }
}
