using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands on many strings. Keys are looked up in groups whose cache misses overlap, as a batch does with its commands (performance.md 5.3).</summary>
internal static class ManyStrings
{
    private const int Group = 16;

    public static void MGet(ref CommandCall call)
    {
        call.Reply.Array(call.Count - 1);
        Span<ulong> hashes = stackalloc ulong[Group];
        for (int start = 1; start < call.Count; start += Group)
        {
            int count = Math.Min(Group, call.Count - start);
            Prefetch(ref call, start, step: 1, hashes[..count]);
            for (int i = 0; i < count; i++)
            {
                Database database = call.DatabaseOf(hashes[i]);
                if (database.FindForRead(call.Args[start + i], hashes[i], out Slot slot) && database.Table.Kind(slot) == ValueKind.String)
                    StringReply.Write(call.Reply, database, slot);
                else
                    call.Reply.Null();
            }
        }
    }

    public static void MSet(ref CommandCall call)
    {
        if (!HasPairs(ref call))
            return;
        SetAll(ref call);
        call.Reply.Ok();
    }

    public static void MSetNx(ref CommandCall call)
    {
        if (!HasPairs(ref call))
            return;
        for (int i = 1; i < call.Count; i += 2)
        {
            if (call.Locate(call.Args[i], out ulong hash).Find(call.Args[i], hash, out _))
            {
                call.Reply.Integer(0);
                return;
            }
        }

        SetAll(ref call);
        call.Reply.Integer(1);
    }

    private static bool HasPairs(ref CommandCall call)
    {
        if (call.Count % 2 == 1)
            return true;
        call.Reply.Error(Errors.WrongArity(call.Descriptor.FullName));
        return false;
    }

    private static void SetAll(ref CommandCall call)
    {
        Span<ulong> hashes = stackalloc ulong[Group];
        for (int start = 1; start < call.Count; start += 2 * Group)
        {
            int count = Math.Min(Group, (call.Count - start) / 2);
            Prefetch(ref call, start, step: 2, hashes[..count]);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> key = call.Args[start + (2 * i)];
                Database database = call.DatabaseOf(hashes[i]);
                bool exists = database.FindForWrite(key, hashes[i], out Slot slot);
                StringValue.Store(database, key, hashes[i], exists, ref slot, call.Args[start + (2 * i) + 1], expireAtMs: 0);
                database.Changed(key, ChangeClass.String, "set");
            }
        }
    }

    private static void Prefetch(ref CommandCall call, int start, int step, scoped Span<ulong> hashes)
    {
        for (int i = 0; i < hashes.Length; i++)
        {
            call.Locate(call.Args[start + (i * step)], out hashes[i]).Table.PrefetchBucket(hashes[i]);
        }

        foreach (ulong hash in hashes)
            call.DatabaseOf(hash).Table.PrefetchRecord(hash);
    }
}
