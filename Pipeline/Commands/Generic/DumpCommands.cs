using System.Buffers;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>DUMP and RESTORE: a value as one string that another store, or Redis, can take.</summary>
internal static class DumpCommands
{
    private const long ValueBytesMax = 1L << 30;

    public static CommandDescriptor Dump { get; } = new("dump", 2, ReadOnly, KeySpec.One, DumpKey) { Summary = "Returns a serialized representation of the value stored at a key.", Since = "2.6.0", Complexity = "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of objects composing the value and M their average size." };

    public static CommandDescriptor Restore { get; } = new("restore", -4, Write | DenyOom, KeySpec.One, RestoreKey) { Rewrite = Effects.State, Summary = "Creates a key from the serialized representation of a value.", Since = "2.6.0", Complexity = "O(1) to create the new key and additional O(N*M) to reconstruct the value, where N is the number of objects composing the value and M their average size.", Categories = ["keyspace", "dangerous"] };

    private static void DumpKey(ref CommandCall call)
    {
        if (!call.Database.FindForRead(call.Key, call.Hash, out Slot slot) || IsVacant(call.Database, slot))
        {
            call.Reply.Null();
            return;
        }

        ArrayBufferWriter<byte> payload = new();
        if (call.Database.BytesOf(slot) > ValueBytesMax)
            call.Reply.Error("ERR the value is too big for DUMP");
        else if (!DumpPayload.TryWrite(call.Database, slot, payload))
            call.Reply.Error("ERR DUMP has no form for values of this type");
        else
            call.Reply.Bulk(payload.WrittenSpan);
    }

    // A hash all of whose fields have expired, though nobody has removed them yet.
    private static bool IsVacant(Database database, Slot slot) => database.Table.Kind(slot) == ValueKind.Hash && HashValue.Count(database, slot) == 0;

    private static void RestoreKey(ref CommandCall call)
    {
        if (!RestoreOptions.TryRead(ref call, out RestoreOptions options))
            return;
        if (!options.Replace && call.Database.Find(call.Key, call.Hash, out _))
        {
            call.Reply.Error("BUSYKEY Target key name already exists.");
            return;
        }

        if (!call.TryInteger(2, out long ttl))
            return;
        if (ttl < 0 || !ExpireOption.TryToUnixMs(ttl, options.IsMoment ? ExpireUnit.AtMilliseconds : ExpireUnit.Milliseconds, call.NowMs, out long atMs))
            call.Reply.Error("ERR Invalid TTL value, must be >= 0");
        else if (!DumpPayload.TryOpen(call.Args[3], out ReadOnlySpan<byte> body))
            call.Reply.Error("ERR DUMP payload version or checksum are wrong");
        else
            Put(ref call, body, ttl == 0 ? 0 : atMs);
    }

    // The value is read whole before anything is changed: a damaged payload leaves the key as it is.
    private static void Put(ref CommandCall call, ReadOnlySpan<byte> body, long expireAtMs)
    {
        Database database = call.Database;
        using RdbScratch scratch = new();
        if (!DumpPayload.TryRead(body, scratch, database.Keyspace, out DecodedValue value))
        {
            call.Reply.Error("ERR Bad data format");
            return;
        }

        using (value)
        {
            bool existed = database.FindForWrite(call.Key, call.Hash, out Slot slot);
            if (existed)
                database.Remove(slot);
            bool isDue = expireAtMs != 0 && expireAtMs <= database.Keyspace.DueMs;
            if (!isDue)
                value.Store(database, call.Key, call.Hash, expireAtMs);
            if (!isDue || existed)
                call.Changed(ChangeClass.Generic, isDue ? "del" : "restore");
        }

        call.Reply.Ok();
    }
}
