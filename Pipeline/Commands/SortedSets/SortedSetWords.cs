using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>What replies and reports of sorted set commands have in common.</summary>
internal static class SortedSetWords
{
    /// <summary>Writes members as an array; with scores in RESP2 one behind the other, in RESP3 as pairs.</summary>
    public static void WriteRange(ReplyBuffer reply, scoped ref SortedSetReader reader, long count, bool withScores)
    {
        bool pairs = withScores && reply.Resp3;
        reply.Array((int)(withScores && !pairs ? count * 2 : count));
        for (; count > 0 && reader.MoveNext(); count--)
        {
            if (pairs)
                reply.Array(2);
            reply.Bulk(reader.Member);
            if (withScores)
                reply.Double(reader.Score);
        }
    }

    /// <summary>Reports that members were removed; a set without members goes, which is reported too.</summary>
    public static void Removed(Database database, ReadOnlySpan<byte> key, scoped ref RecordSortedSet set, string eventName)
    {
        bool gone = set.RemoveIfEmpty();
        database.Changed(key, ChangeClass.SortedSet, eventName);
        if (gone)
            database.Changed(key, ChangeClass.Generic, "del");
    }

    /// <summary>
    /// Stores a result under the first key in place of what was there, and replies with the number of its members; an empty one only removes the key.
    /// </summary>
    public static void StoreResult(ref CommandCall call, SortedSetValue result, string eventName)
        => StoreResult(ref call, call.Database, call.Key, call.Hash, result, eventName);

    /// <summary>As above, under any key of the command.</summary>
    public static void StoreResult(ref CommandCall call, Database database, ReadOnlySpan<byte> key, ulong hash, SortedSetValue result, string eventName)
    {
        long count = result.Count;
        bool existed = database.FindForWrite(key, hash, out Storage.Table.Slot slot);
        if (existed)
            database.Remove(slot);
        if (count > 0)
        {
            RecordSortedSet.Store(database, key, hash, result);
            database.Changed(key, ChangeClass.SortedSet, eventName);
        }
        else
        {
            result.Dispose();
            if (existed)
                database.Changed(key, ChangeClass.Generic, "del");
        }

        call.Reply.Integer(count);
    }
}
