using System.Buffers;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>The present state of a key as the effect of whatever led to it: for changes that no command describes.</summary>
internal static class KeyState
{
    public static void Write(Database database, ReadOnlySpan<byte> key, JournalDraft draft)
    {
        draft.Begin(database.Index, KeySlot.Of(key));
        if (!database.Table.TryFind(key, KeyHash.Of(key), out Slot slot) || IsVacant(database, slot))
            draft.Word("DEL"u8).Word(key);
        else if (database.Table.Kind(slot) == ValueKind.String)
            WriteString(database, slot, key, draft);
        else
            WriteValue(database, slot, key, draft);
    }

    // A hash all of whose fields are due, though nobody has removed them yet: to clients it is not there.
    private static bool IsVacant(Database database, Slot slot) => database.Table.Kind(slot) == ValueKind.Hash && HashValue.Count(database, slot) == 0;

    private static void WriteString(Database database, Slot slot, ReadOnlySpan<byte> key, JournalDraft draft)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        draft.Word("SET"u8).Word(key).Word(database.StringBytes(slot, scratch));
        if (database.Table.ExpireAtMs(slot) is not 0 and long atMs)
            draft.Word("PXAT"u8).Number(atMs);
    }

    private static void WriteValue(Database database, Slot slot, ReadOnlySpan<byte> key, JournalDraft draft)
    {
        ArrayBufferWriter<byte> payload = new();
        if (!DumpPayload.TryWrite(database, slot, payload))
            throw new InvalidOperationException($"A value of type {database.Table.Kind(slot)} has no payload.");
        draft.Word("RESTORE"u8).Word(key).Number(database.Table.ExpireAtMs(slot)).Word(payload.WrittenSpan).Word("REPLACE"u8).Word("ABSTTL"u8);
    }
}
