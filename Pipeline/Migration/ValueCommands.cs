// Owner: the shard whose streamer uses it.

using System.Buffers;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// A record as the commands that make it where there is nothing: SET, RPUSH, SADD, HSET, ZADD, and SETRANGE for long strings, in pieces of some 64 KB, so that the target is never held
/// by one of them for long; RESTORE for what has no such form (streams, hashes whose fields expire). What is big can be written in parts, at different times.
/// </summary>
internal sealed class ValueCommands(IFrameSink frames)
{
    /// <summary>Bytes of a command, about.</summary>
    public const int PieceBytes = 64 * 1024;

    private readonly CommandWords _words = new();

    /// <summary>Whether a record is worth parts, and can be written in such.</summary>
    public static bool IsBig(Database content, Slot slot) => content.Table.Kind(slot) switch
    {
        ValueKind.String => content.Table.Value(slot).Length > PieceBytes,
        ValueKind.List or ValueKind.Set or ValueKind.SortedSet => content.Table.Encoding(slot) == ValueEncoding.Object,
        ValueKind.Hash => HashValue.IsTable(content, slot) && HashValue.Table(content, slot).ExpiringCount == 0,
        _ => false,
    };

    /// <summary>Writes the commands of a record, in the shard's step; false, with nothing written, if the value has no form at all.</summary>
    public bool TryWrite(Database content, Slot slot, int hashSlot)
    {
        ValuePlace place = default;
        return HasCommands(content, slot) ? TryGoOn(content, slot, hashSlot, ref place, long.MaxValue) : TryWritePayload(content, slot, hashSlot);
    }

    /// <summary>Writes the commands of a record from a place on, some <paramref name="bytesMax"/> bytes of them; true if that was the rest of it.</summary>
    public bool TryGoOn(Database content, Slot slot, int hashSlot, ref ValuePlace place, long bytesMax)
    {
        ReadOnlySpan<byte> key = content.Table.Key(slot);
        long expireAtMs = content.Table.ExpireAtMs(slot);
        if (content.Table.Kind(slot) == ValueKind.String && !IsBig(content, slot))
        {
            WriteShortString(content, slot, key, expireAtMs);
            frames.Write(_words, hashSlot);
            return true;
        }

        bool isWhole = content.Table.Kind(slot) switch
        {
            ValueKind.String => WriteLongString(content, slot, key, hashSlot, ref place, bytesMax),
            ValueKind.List => WriteList(content, slot, key, hashSlot, ref place, bytesMax),
            ValueKind.Set => WriteSet(content, slot, key, hashSlot, ref place, bytesMax),
            ValueKind.SortedSet => WriteSortedSet(content, slot, key, hashSlot, ref place, bytesMax),
            _ => WriteHash(content, slot, key, hashSlot, ref place, bytesMax),
        };
        if (isWhole && expireAtMs != 0)
            frames.Write(_words.Begin("PEXPIREAT"u8).Add(key).Add(expireAtMs), hashSlot);
        return isWhole;
    }

    private static bool HasCommands(Database content, Slot slot) => content.Table.Kind(slot) switch
    {
        ValueKind.String or ValueKind.List or ValueKind.Set or ValueKind.SortedSet => true,
        ValueKind.Hash => !HashValue.IsTable(content, slot) || HashValue.Table(content, slot).ExpiringCount == 0,
        _ => false,
    };

    private void WriteShortString(Database content, Slot slot, ReadOnlySpan<byte> key, long expireAtMs)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        _words.Begin("SET"u8).Add(key).Add(content.StringBytes(slot, scratch));
        if (expireAtMs != 0)
            _words.Add("PXAT"u8).Add(expireAtMs);
    }

    // The end comes first: it makes the value as long as it will be, and what follows goes to its place in it.
    private bool WriteLongString(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot, ref ValuePlace place, long bytesMax)
    {
        ReadOnlySpan<byte> value = content.Table.Value(slot);
        for (long written = 0; place.Done < value.Length && written < bytesMax; written += PieceBytes)
        {
            int end = value.Length - (int)place.Done;
            int start = Math.Max(0, end - PieceBytes);
            frames.Write(_words.Begin("SETRANGE"u8).Add(key).Add(start).Add(value[start..end]), hashSlot);
            place.Done += end - start;
        }

        return place.Done == value.Length;
    }

    private bool WriteList(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot, ref ValuePlace place, long bytesMax)
    {
        RecordList list = new(content, slot);
        ListReader elements = list.Read(place.Done);
        Pieces pieces = new(frames, _words, "RPUSH"u8, key, hashSlot);
        while (pieces.Written < bytesMax && elements.MoveNext())
        {
            pieces.Add(elements.Current);
            place.Done++;
        }

        pieces.End();
        return place.Done == list.Count;
    }

    private bool WriteSet(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot, ref ValuePlace place, long bytesMax)
    {
        SetMembers members = new(content, slot) { Cursor = place.Next };
        Pieces pieces = new(frames, _words, "SADD"u8, key, hashSlot);
        bool isWhole = true;
        while (members.MoveNext())
        {
            // Another bucket, where it can be gone on with.
            if (members.Cursor != place.Next && pieces.Written >= bytesMax)
            {
                isWhole = false;
                break;
            }

            place.Next = members.Cursor;
            pieces.Add(members.Current);
        }

        pieces.End();
        return isWhole;
    }

    private bool WriteSortedSet(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot, ref ValuePlace place, long bytesMax)
    {
        RecordSortedSet set = new(content, slot);
        SortedSetReader members = set.Read(place.Done);
        Pieces pieces = new(frames, _words, "ZADD"u8, key, hashSlot);
        Span<byte> score = stackalloc byte[DoubleText.BytesMax];
        while (pieces.Written < bytesMax && members.MoveNext())
        {
            pieces.Add(score[..DoubleText.Format(members.Score, score)], members.Member);
            place.Done++;
        }

        pieces.End();
        return place.Done == set.Count;
    }

    private bool WriteHash(Database content, Slot slot, ReadOnlySpan<byte> key, int hashSlot, ref ValuePlace place, long bytesMax)
    {
        HashEntries entries = new(content, slot) { Cursor = place.Next };
        Pieces pieces = new(frames, _words, "HSET"u8, key, hashSlot);
        bool isWhole = true;
        while (entries.MoveNext())
        {
            if (entries.Cursor != place.Next && pieces.Written >= bytesMax)
            {
                isWhole = false;
                break;
            }

            place.Next = entries.Cursor;
            pieces.Add(entries.Field, entries.Value);
        }

        pieces.End();
        return isWhole;
    }

    private bool TryWritePayload(Database content, Slot slot, int hashSlot)
    {
        ArrayBufferWriter<byte> payload = new();
        if (!DumpPayload.TryWrite(content, slot, payload))
            return false;
        _words.Begin("RESTORE"u8).Add(content.Table.Key(slot)).Add(content.Table.ExpireAtMs(slot)).Add(payload.WrittenSpan).Add("REPLACE"u8).Add("ABSTTL"u8);
        frames.Write(_words, hashSlot);
        return true;
    }

    /// <summary>One command after the other, each with as many elements as make it full.</summary>
    private ref struct Pieces(IFrameSink frames, CommandWords words, ReadOnlySpan<byte> command, ReadOnlySpan<byte> key, int hashSlot)
    {
        // An element is something, also if it is empty.
        private const int ElementBytes = 8;

        private readonly ReadOnlySpan<byte> _command = command;
        private readonly ReadOnlySpan<byte> _key = key;
        private int _bytes;

        /// <summary>About the bytes of all elements so far.</summary>
        public long Written { get; private set; }

        public void Add(scoped ReadOnlySpan<byte> element)
        {
            Begin();
            words.Add(element);
            Added(element.Length);
        }

        public void Add(scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second)
        {
            Begin();
            words.Add(first).Add(second);
            Added(first.Length + second.Length);
        }

        public void End()
        {
            if (_bytes > 0)
                frames.Write(words, hashSlot);
            _bytes = 0;
        }

        private void Begin()
        {
            if (_bytes == 0)
                words.Begin(_command).Add(_key);
        }

        private void Added(int bytes)
        {
            Written += ElementBytes + bytes;
            _bytes += ElementBytes + bytes;
            if (_bytes >= PieceBytes)
                End();
        }
    }
}
