using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XGROUP: consumer groups are made, moved and removed, and so are their consumers.</summary>
internal static class StreamGroupCommands
{
    /// <summary>XGROUP CREATE key group id | $ [MKSTREAM] [ENTRIESREAD entries-read].</summary>
    public static void Create(ref CommandCall call)
    {
        if (!TryReadOptions(ref call, isCreate: true, out bool makesStream, out long entriesRead) || !TryFind(ref call, makesStream, out StreamValue? stream))
            return;
        StreamId id = stream?.LastId ?? StreamId.Min;
        bool isLast = call.Args[4].SequenceEqual("$"u8);
        if (call.Count > 8)
        {
            call.Reply.Error(StreamErrors.Subcommand(ref call));
            return;
        }

        if (!isLast && !StreamIds.TryRead(ref call, 4, out id))
            return;
        if (stream is null)
        {
            stream = new StreamValue(call.Database.Keyspace);
            call.Database.CreateObject(call.Args[2], call.Hash, stream);
        }

        if (stream.Groups.Find(call.Args[3]) is not null)
        {
            call.Reply.Error("BUSYGROUP Consumer Group name already exists");
            return;
        }

        stream.AddGroup(call.Args[3], id, entriesRead);
        Changed(ref call, "xgroup-create");
        call.Reply.Ok();
    }

    /// <summary>XGROUP SETID key group id | $ [ENTRIESREAD entries-read].</summary>
    public static void SetId(ref CommandCall call)
    {
        if (!TryReadOptions(ref call, isCreate: false, out _, out long entriesRead) || !TryFindGroup(ref call, out StreamValue? stream, out StreamGroup? group))
            return;
        StreamId id = stream!.LastId;
        if (!call.Args[4].SequenceEqual("$"u8) && !StreamIds.TryParseBorder(call.Args[4], 0, out id))
        {
            call.Reply.Error(StreamErrors.InvalidId);
            return;
        }

        group!.LastId = id;
        group.EntriesRead = entriesRead;
        Changed(ref call, "xgroup-setid");
        call.Reply.Ok();
    }

    /// <summary>XGROUP DESTROY key group.</summary>
    public static void Destroy(ref CommandCall call)
    {
        if (!TryFind(ref call, mayBeAbsent: false, out StreamValue? stream))
            return;
        StreamGroup? group = stream!.Groups.Find(call.Args[3]);
        if (group is not null)
        {
            stream.RemoveGroup(group);
            Changed(ref call, "xgroup-destroy");
        }

        call.Reply.Integer(group is null ? 0 : 1);
    }

    /// <summary>XGROUP CREATECONSUMER key group consumer.</summary>
    public static void CreateConsumer(ref CommandCall call)
    {
        if (!TryFindGroup(ref call, out _, out StreamGroup? group))
            return;
        bool isNew = group!.Consumers.Find(call.Args[4]) is null;
        if (isNew)
        {
            group.AddConsumer(call.Args[4], call.NowMs);
            Changed(ref call, "xgroup-createconsumer");
        }

        call.Reply.Integer(isNew ? 1 : 0);
    }

    /// <summary>XGROUP DELCONSUMER key group consumer.</summary>
    public static void RemoveConsumer(ref CommandCall call)
    {
        if (!TryFindGroup(ref call, out _, out StreamGroup? group))
            return;
        long pending = 0;
        if (group!.Consumers.Find(call.Args[4]) is { } consumer)
        {
            pending = group.RemoveConsumer(consumer);
            Changed(ref call, "xgroup-delconsumer");
        }

        call.Reply.Integer(pending);
    }

    private static void Changed(ref CommandCall call, string name) => call.Database.Changed(call.Args[2], ChangeClass.Stream, name);

    private static bool TryReadOptions(ref CommandCall call, bool isCreate, out bool makesStream, out long entriesRead)
    {
        makesStream = false;
        entriesRead = StreamValue.UnknownRead;
        for (int i = 5; i < call.Count; i++)
        {
            if (isCreate && call.Args.Is(i, "MKSTREAM"))
            {
                makesStream = true;
                continue;
            }

            if (!call.Args.Is(i, "ENTRIESREAD") || i + 1 == call.Count)
            {
                call.Reply.Error(StreamErrors.Subcommand(ref call));
                return false;
            }

            if (!call.TryInteger(++i, out entriesRead))
                return false;
            if (entriesRead < StreamValue.UnknownRead)
            {
                call.Reply.Error("ERR value for ENTRIESREAD must be positive or -1");
                return false;
            }
        }

        return true;
    }

    private static bool TryFind(ref CommandCall call, bool mayBeAbsent, out StreamValue? stream)
    {
        stream = null;
        if (!call.Database.FindForWrite(call.Args[2], call.Hash, out Slot slot))
        {
            if (!mayBeAbsent)
                call.Reply.Error(StreamErrors.NoKey);
            return mayBeAbsent;
        }

        if (call.Database.Table.Kind(slot) != ValueKind.Stream)
        {
            call.Reply.Error(Errors.WrongType);
            return false;
        }

        stream = call.Database.Object<StreamValue>(slot);
        return true;
    }

    private static bool TryFindGroup(ref CommandCall call, out StreamValue? stream, out StreamGroup? group)
    {
        group = null;
        if (!TryFind(ref call, mayBeAbsent: false, out stream))
            return false;
        group = stream!.Groups.Find(call.Args[3]);
        if (group is not null)
            return true;
        call.Reply.Error(StreamErrors.NoGroup(call.Args[2], call.Args[3]));
        return false;
    }
}
