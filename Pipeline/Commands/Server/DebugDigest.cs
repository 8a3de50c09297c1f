using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>DEBUG DIGEST and DIGEST-VALUE: what tells whether two stores hold the same data; equal to those of a redis-server that holds it.</summary>
internal static class DebugDigest
{
    /// <summary>DEBUG DIGEST: all keys of all databases of all shards.</summary>
    public static void Digest(ref CommandCall call)
    {
        DataDigest digest = new();
        for (int index = 0; index < call.Database.Keyspace.DatabaseCount; index++)
            AddDatabase(ref call, digest, index);
        call.Reply.Simple(digest.ToString());
    }

    /// <summary>DEBUG DIGEST-VALUE key ...: of each value without its key; zeros for a key that is not there.</summary>
    public static void DigestValue(ref CommandCall call)
    {
        Span<byte> digest = stackalloc byte[ValueDigest.Bytes];
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
        {
            digest.Clear();
            Database database = call.Locate(call.Args[i], out ulong hash);
            if (database.Find(call.Args[i], hash, out Slot slot))
                ValueDigest.AddValue(digest, database, slot);
            call.Reply.Simple(Convert.ToHexStringLower(digest));
        }
    }

    private static void AddDatabase(ref CommandCall call, DataDigest digest, int index)
    {
        for (int shard = 0; shard < call.Engine.Shards.Length; shard++)
        {
            Database database = call.Engine.Shards[shard].Keyspace[index];
            WalkCursor cursor = default;
            while (database.Table.TryWalk(ref cursor, out BucketRef bucket))
            {
                foreach (Slot slot in database.Table.SlotsOf(bucket))
                {
                    if (!database.IsDue(slot))
                        digest.Add(database, index, slot);
                }
            }
        }
    }
}
