using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Redis's digest of data (DEBUG DIGEST), 20 bytes: two stores that hold the same have the same digest, however the data lies. What has an order is mixed
/// in (SHA-1 over what was there and the new), what has none is added by exclusive or of its own SHA-1. Not for secrets: it tells accidents, not forgery.
/// </summary>
public static class ValueDigest
{
    /// <summary>Bytes of a digest.</summary>
    public const int Bytes = 20;

    // Redis numbers types as ValueKind does, but for streams.
    private const int StreamType = 6;

    /// <summary>Adds a value and the fact that it expires.</summary>
    public static void AddValue(Span<byte> digest, Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        ValueKind kind = database.Table.Kind(slot);
        MixInteger(digest, kind == ValueKind.Stream ? StreamType : (int)kind);
        switch (kind)
        {
            case ValueKind.String:
                Mix(digest, database.StringBytes(slot, stackalloc byte[StringValue.ScratchBytes]));
                break;
            case ValueKind.List:
                ListReader elements = new RecordList(database, slot).Read(0);
                while (elements.MoveNext())
                    Mix(digest, elements.Current);
                break;
            case ValueKind.Set:
                SetMembers members = new(database, slot);
                while (members.MoveNext())
                    Add(digest, members.Current);
                break;
            case ValueKind.SortedSet:
                AddScores(digest, new RecordSortedSet(database, slot).Read(0));
                break;
            case ValueKind.Hash:
                AddFields(digest, new HashEntries(database, slot));
                break;
            case ValueKind.Stream:
                MixEntries(digest, database.Object<StreamValue>(slot).Read(StreamId.Min, StreamId.Max));
                break;
        }

        if (database.Table.ExpireAtMs(slot) != 0)
            Add(digest, "!!expire!!"u8);
    }

    /// <summary>Adds bytes whose place among others does not matter.</summary>
    public static void Add(Span<byte> digest, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        Hash(bytes, hash);
        for (int i = 0; i < Bytes; i++)
            digest[i] ^= hash[i];
    }

    /// <summary>Adds bytes whose place among others matters.</summary>
    public static void Mix(Span<byte> digest, ReadOnlySpan<byte> bytes)
    {
        Add(digest, bytes);
        Hash(digest[..Bytes], digest);
    }

    /// <summary>Mixes a number of 4 bytes in, big endian.</summary>
    public static void MixInteger(Span<byte> digest, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        Mix(digest, bytes);
    }

    private static void AddScores(Span<byte> digest, SortedSetReader members)
    {
        Span<byte> pair = stackalloc byte[Bytes];
        while (members.MoveNext())
        {
            pair.Clear();
            Mix(pair, members.Member);
            Mix(pair, Encoding.ASCII.GetBytes(TextOf(members.Score)));
            Add(digest, pair);
        }
    }

    private static void AddFields(Span<byte> digest, HashEntries fields)
    {
        Span<byte> pair = stackalloc byte[Bytes];
        while (fields.MoveNext())
        {
            pair.Clear();
            Mix(pair, fields.Field);
            Mix(pair, fields.Value);
            if (fields.ExpireAtMs != 0)
                Add(pair, "!!hexpire!!"u8);
            Add(digest, pair);
        }
    }

    // Groups and consumers do not count.
    private static void MixEntries(Span<byte> digest, StreamEntries entries)
    {
        Span<byte> text = stackalloc byte[StreamId.TextBytesMax];
        Span<byte> number = stackalloc byte[IntegerText.BytesMax];
        while (entries.MoveNext())
        {
            Mix(digest, entries.Id.WriteText(text, (byte)'.'));
            StreamFieldReader fields = entries.Fields;
            while (fields.MoveNext())
                Mix(digest, fields.Current.Text(number));
        }
    }

#pragma warning disable CA5350 // SHA-1 is Redis's choice, and no secret hangs on it
    private static void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash) => SHA1.HashData(bytes, hash);
#pragma warning restore CA5350

    // As printf writes it by %.17g.
    private static string TextOf(double score)
    {
        const int digits = 17;
        if (double.IsInfinity(score))
            return score > 0 ? "inf" : "-inf";
        string text = score.ToString("E16", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is < -4 or >= digits)
            return string.Create(CultureInfo.InvariantCulture, $"{WithoutZeros(text[..exponentAt])}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        return WithoutZeros(score.ToString("F" + (digits - 1 - exponent).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    private static string WithoutZeros(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;
}
