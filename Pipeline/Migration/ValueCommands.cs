// Owner: the shard whose streamer uses it.

using System.Buffers;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// A record as the commands that make it where there is nothing: SET, RPUSH, SADD, HSET, ZADD in pieces of some 64 KB, so that the target is never held by one of them
/// for long; RESTORE for what has no such form (streams, hashes whose fields expire).
/// </summary>
internal sealed class ValueCommands(IFrameSink frames)
{
    private const int PieceBytes = 64 * 1024;

    private readonly CommandWords _words = new();

    /// <summary>Writes the commands of a record, in the shard's step; false, with nothing written, if the value has no form at all.</summary>
    public bool TryWrite(Database content, Slot slot, int hashSlot)
    {
        ReadOnlySpan<byte> key = content.Table.Key(slot);
        long expireAtMs = content.Table.ExpireAtMs(slot);
        switch (content.Table.Kind(slot))
        {
            case ValueKind.String:
                WriteString(content, slot, key, expireAtMs);
                frames.Write(_words, hashSlot);
                return true;
            case ValueKind.List:
                WriteList(content, slot, key, hashSlot);
                break;
            case ValueKind.Set:
                WriteSet(content, slot, key, hashSlot);
                break;
            case ValueKind.SortedSet:
                WriteSortedSet(content, slot, key, hashSlot);
                break;
            case ValueKind.Hash when !HashValue.IsTable(content, slot) || HashValue.Table(content, slot).ExpiringCount == 0:
                WriteHash(content, slot, key, hashSlot);
                break;
            default:
                return TryWritePayload(content, slot, key, expireAtMs, hashSlot);
        }

        if (expireAtMs != 0)
            frames.Write(_words.Begin("PEXPIREAT"u8).Add(key).Add(expireAtMs), hashSlot);
        return true;
    }

    private void WriteString(Database content, Slot slot, ReadOnlySpan<byte> key, long expireAtMs)
    {
        Span<byte> scratch = stackalloc byte[IntegerText.BytesMax];
        _words.Begin("SET"u8).Add(key).Add(content.StringBytes(slot, scratch));
        if (expireAtMs != 0)
            _words.Add("PXAT"u8).Add(expireAtMs);
    }

    private void WriteList(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot)
    {
        RecordList list = new(content, slot);
        ListReader elements = list.Read(0);
        Piece piece = new(frames, _words, "RPUSH"u8, key, hashSlot);
        while (elements.MoveNext())
            piece.Add(elements.Current);
        piece.End();
    }

    private void WriteSet(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot)
    {
        SetMembers members = new(content, slot);
        Piece piece = new(frames, _words, "SADD"u8, key, hashSlot);
        while (members.MoveNext())
            piece.Add(members.Current);
        piece.End();
    }

    private void WriteSortedSet(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot)
    {
        RecordSortedSet set = new(content, slot);
        SortedSetReader members = set.Read(0);
        Piece piece = new(frames, _words, "ZADD"u8, key, hashSlot);
        Span<byte> score = stackalloc byte[DoubleText.BytesMax];
        while (members.MoveNext())
            piece.Add(score[..DoubleText.Format(members.Score, score)], members.Member);
        piece.End();
    }

    private void WriteHash(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot)
    {
        HashEntries entries = new(content, slot);
        Piece piece = new(frames, _words, "HSET"u8, key, hashSlot);
        while (entries.MoveNext())
            piece.Add(entries.Field, entries.Value);
        piece.End();
    }

    private bool TryWritePayload(Database content, Slot slot, ReadOnlySpan<byte> key, long expireAtMs, int hashSlot)
    {
        ArrayBufferWriter<byte> payload = new();
        if (!DumpPayload.TryWrite(content, slot, payload))
            return false;
        frames.Write(_words.Begin("RESTORE"u8).Add(key).Add(expireAtMs).Add(payload.WrittenSpan).Add("REPLACE"u8).Add("ABSTTL"u8), hashSlot);
        return true;
    }

    /// <summary>One command after the other, each with as many elements as make it full.</summary>
    private ref struct Piece(IFrameSink frames, CommandWords words, ReadOnlySpan<byte> command, ReadOnlySpan<byte> key, int hashSlot)
    {
        private readonly ReadOnlySpan<byte> _command = command;
        private readonly ReadOnlySpan<byte> _key = key;
        private bool _isBegun;

        public void Add(scoped ReadOnlySpan<byte> element)
        {
            Begin();
            words.Add(element);
            EndIfFull();
        }

        public void Add(scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second)
        {
            Begin();
            words.Add(first).Add(second);
            EndIfFull();
        }

        public void End()
        {
            if (_isBegun)
                frames.Write(words, hashSlot);
            _isBegun = false;
        }

        private void Begin()
        {
            if (!_isBegun)
                words.Begin(_command).Add(_key);
            _isBegun = true;
        }

        private void EndIfFull()
        {
            if (words.Length >= PieceBytes)
                End();
        }
    }
}
