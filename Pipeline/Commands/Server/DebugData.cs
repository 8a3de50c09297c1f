using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>DEBUG POPULATE and OBJECT: data for tests and experiments, and a look at one value.</summary>
internal static class DebugData
{
    private const long CountMax = 1_000_000_000;

    /// <summary>DEBUG POPULATE count [prefix [bytes]]: string keys prefix:0..count-1 that are not there yet, as Redis makes them.</summary>
    public static void Populate(ref CommandCall call)
    {
        long bytes = 0;
        if (!call.TryInteger(2, out long count) || (call.Count > 4 && !call.TryInteger(4, out bytes)))
            return;
        if (count is < 0 or > CountMax || bytes is < 0 or > int.MaxValue || call.Count > 5)
        {
            call.Reply.Error(call.Count > 5 ? Errors.Syntax : Errors.OutOfRange);
            return;
        }

        string prefix = call.Count > 3 ? Words.Text(call.Args[3]) : "key";
        for (long i = 0; i < count; i++)
            Add(ref call, prefix, i, (int)bytes);
        call.Reply.Ok();
    }

    /// <summary>DEBUG OBJECT key: where and how the value lies.</summary>
    public static void Object(ref CommandCall call)
    {
        if (!call.Database.Find(call.Args[2], call.Hash, out Slot slot))
        {
            call.Reply.Error(Errors.NoSuchKey);
            return;
        }

        call.Reply.Simple(string.Create(
            CultureInfo.InvariantCulture,
            $"Value at:0x0 refcount:1 encoding:{call.Database.Table.Encoding(slot)} kind:{call.Database.Table.Kind(slot)} serializedlength:{call.Database.Table.Value(slot).Length} bytes:{call.Database.BytesOf(slot)} shard:{call.Database.Keyspace.Index} lru:0 lru_seconds_idle:0"));
    }

    private static void Add(ref CommandCall call, string prefix, long number, int bytes)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        byte[] key = Encoding.UTF8.GetBytes($"{prefix}:{text}");
        Database database = call.Locate(key, call.Client.Database, out ulong hash);
        if (database.Find(key, hash, out Slot slot))
            return;
        byte[] value = Encoding.ASCII.GetBytes("value:" + text);
        if (bytes > 0)
            Array.Resize(ref value, bytes);
        StringValue.Store(database, key, hash, exists: false, ref slot, value, expireAtMs: 0);
        database.Changed(key, ChangeClass.String, "set");
    }
}
