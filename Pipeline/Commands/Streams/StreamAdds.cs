using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XADD, XSETID.</summary>
internal static class StreamAdds
{
    private const string NotBehindLast = "ERR The ID specified in XADD is equal or smaller than the target stream top item";

    /// <summary>XADD key [NOMKSTREAM] [MAXLEN | MINID [= | ~] threshold [LIMIT count]] * | id field value [field value ...].</summary>
    public static void Add(ref CommandCall call)
    {
        if (!StreamAddOptions.TryRead(ref call, isAdd: true, out StreamAddOptions options, out int idAt))
            return;
        int words = call.Count - idAt - 1;
        if (words < 2 || words % 2 != 0)
        {
            call.Reply.Error(Errors.WrongArity("xadd"));
            return;
        }

        if (options.HasId && options.HasSeq && options.Id == StreamId.Min)
        {
            call.Reply.Error("ERR The ID specified in XADD must be greater than 0-0");
            return;
        }

        if (!call.FindForWrite(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        if (!exists && options.NoMakeStream)
        {
            call.Reply.Null();
            return;
        }

        Append(ref call, exists ? call.Database.Object<StreamValue>(slot) : null, options, new StreamArguments(call.Args, idAt + 1));
    }

    /// <summary>XSETID key last-id [ENTRIESADDED entries-added] [MAXDELETEDID max-deleted-id].</summary>
    public static void SetId(ref CommandCall call)
    {
        if (!StreamIds.TryRead(ref call, 2, out StreamId id) || !TryReadSetIdOptions(ref call, id, out long added, out StreamId removed))
            return;
        if (!call.FindForWrite(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Error(Errors.NoSuchKey);
            return;
        }

        StreamValue stream = call.Database.Object<StreamValue>(slot);
        if (WhyNotLast(stream, id, added) is { } error)
        {
            call.Reply.Error(error);
            return;
        }

        stream.LastId = id;
        if (added != -1)
            stream.EntriesAdded = added;
        if (removed != StreamId.Min)
            stream.MaxRemovedId = removed;
        call.Changed(ChangeClass.Stream, "xsetid");
        call.Reply.Ok();
    }

    private static void Append(ref CommandCall call, StreamValue? stream, in StreamAddOptions options, scoped in StreamArguments fields)
    {
        if (stream?.LastId == StreamId.Max)
        {
            call.Reply.Error("ERR The stream has exhausted the last possible ID, unable to add more items");
            return;
        }

        if (!TryChooseId(ref call, stream, options, out StreamId id) || id <= (stream?.LastId ?? StreamId.Min))
        {
            call.Reply.Error(NotBehindLast);
            return;
        }

        if (fields.Bytes > StreamLimits.BytesMax)
        {
            call.Reply.Error("ERR Elements are too large to be stored");
            return;
        }

        if (stream is null)
        {
            stream = new StreamValue(call.Database.Keyspace);
            call.Database.CreateObject(call.Key, call.Hash, stream);
        }

        stream.Append(id, fields);
        StreamReply.WriteId(call.Reply, id);
        call.Changed(ChangeClass.Stream, "xadd");
        if (options.Trims && stream.Trim(options.Trim) > 0)
            call.Changed(ChangeClass.Stream, "xtrim");
    }

    private static bool TryChooseId(ref CommandCall call, StreamValue? stream, in StreamAddOptions options, out StreamId id)
    {
        id = options.Id;
        if (options.HasId && options.HasSeq)
            return true;
        if (options.HasId)
            return stream?.TryNextSeq(id.Ms, out id) ?? TryFirstSeq(id.Ms, out id);
        id = new StreamId((ulong)call.NowMs, 0);
        return stream?.TryNextId(call.NowMs, out id) ?? true;
    }

    // Of a stream that is not there yet, whose last id is 0-0.
    private static bool TryFirstSeq(ulong ms, out StreamId id)
    {
        id = new StreamId(ms, ms == 0 ? 1UL : 0);
        return true;
    }

    private static bool TryReadSetIdOptions(ref CommandCall call, StreamId id, out long added, out StreamId removed)
    {
        added = -1;
        removed = default;
        for (int i = 3; i < call.Count; i += 2)
        {
            bool hasMore = i + 1 < call.Count;
            string? error = Errors.Syntax;
            if (hasMore && call.Args.Is(i, "ENTRIESADDED"))
            {
                if (!call.TryInteger(i + 1, out added))
                    return false;
                error = added < 0 ? "ERR entries_added must be positive" : null;
            }
            else if (hasMore && call.Args.Is(i, "MAXDELETEDID"))
            {
                if (!StreamIds.TryRead(ref call, i + 1, out removed))
                    return false;
                error = id < removed ? "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id" : null;
            }

            if (error is not null)
            {
                call.Reply.Error(error);
                return false;
            }
        }

        return true;
    }

    private static string? WhyNotLast(StreamValue stream, StreamId id, long added)
    {
        if (id < stream.MaxRemovedId)
            return "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id";
        if (stream.Length > 0 && id < stream.LastLiveId)
            return "ERR The ID specified in XSETID is smaller than the target stream top item";
        return stream.Length > 0 && added != -1 && stream.Length > added ? "ERR The entries_added specified in XSETID is smaller than the target stream length" : null;
    }
}
