using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The small form of a sorted set: a packed block of member, score, member, score ... in order of (score, member); a score is the 8 bytes of a double.
/// </summary>
internal static class PackedSortedSet
{
    // A member of usual limits and its score; of a longer one a copy is allocated.
    private const int PairBytesUsual = 128;

    private static readonly int ScoreEntryBytes = PackedBlock.EntryBytes(sizeof(double));

    /// <summary>Members of a block.</summary>
    public static int Count(ReadOnlySpan<byte> block) => PackedBlock.Count(block) / 2;

    /// <summary>The position of the member with a rank in 0..count; the count gives the end.</summary>
    public static int PositionOf(ReadOnlySpan<byte> block, int rank)
        => ListRun.PositionOf(block, PackedBlock.HeaderBytes, block.Length, PackedBlock.Count(block), rank * 2);

    /// <summary>The position of a member, or -1.</summary>
    public static int Find(ReadOnlySpan<byte> block, ReadOnlySpan<byte> member) => PackedBlock.Find(block, member, step: 2);

    /// <summary>The score of the member at a position.</summary>
    public static double ScoreAt(ReadOnlySpan<byte> block, int position)
        => MemoryMarshal.Read<double>(PackedBlock.Read(block, PackedBlock.Next(block, position)));

    /// <summary>Members before a place, and the position of the first one behind it.</summary>
    public static int CountBefore(ReadOnlySpan<byte> block, in SortedSetBound bound, out int position)
    {
        int before = 0;
        for (position = PackedBlock.HeaderBytes; position < block.Length; before++)
        {
            int scoreAt = PackedBlock.Next(block, position);
            double score = MemoryMarshal.Read<double>(PackedBlock.Read(block, scoreAt));
            if (!bound.IsBehind(score, PackedBlock.Read(block, position)))
                break;
            position = PackedBlock.Next(block, scoreAt);
        }

        return before;
    }

    /// <summary>Adds an absent member.</summary>
    public static void Add(Database database, ref Slot slot, ReadOnlySpan<byte> member, double score)
    {
        score = WithoutSignedZero(score);
        CountBefore(database.Table.Value(slot), SortedSetBound.AtEntry(score, member), out int position);
        PackedRecord.InsertPair(database, ref slot, position, member, MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in score)));
    }

    /// <summary>Gives the member at a position another score; it moves to its place within the block.</summary>
    [SkipLocalsInit]
    public static void Update(Span<byte> block, int position, ReadOnlySpan<byte> member, double score)
    {
        int scoreAt = PackedBlock.Next(block, position);
        int end = scoreAt + ScoreEntryBytes;
        bool rises = score > MemoryMarshal.Read<double>(PackedBlock.Read(block, scoreAt));
        CountBefore(block, SortedSetBound.AtEntry(score, member), out int place);
        MemoryMarshal.Write(PackedBlock.ReadWritable(block, scoreAt), WithoutSignedZero(score));
        int length = end - position;
        Span<byte> pair = length <= PairBytesUsual ? stackalloc byte[PairBytesUsual] : new byte[length];
        pair = pair[..length];
        block[position..end].CopyTo(pair);
        if (rises)
        {
            ShortMove.Copy(block[end..place], block[position..]);
            pair.CopyTo(block[(place - length)..]);
        }
        else
        {
            ShortMove.Copy(block[place..position], block[(place + length)..]);
            pair.CopyTo(block[place..]);
        }
    }

    // As in Redis, the small form does not tell -0 from 0.
    private static double WithoutSignedZero(double score) => score + 0.0;
}
