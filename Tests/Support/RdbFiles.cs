using System.Globalization;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Support;

/// <summary>Whole RDB files in memory: written from databases, and read in pieces of whatever size.</summary>
internal static class RdbFiles
{
    internal static readonly RdbFileHeader Header = new("7.2.0", 1_700_000_000, 1_234_567);

    /// <summary>All records of all databases, a draft for each physical bucket, finished, as a walk makes them.</summary>
    internal static byte[] Write(IEnumerable<Keyspace> shards, bool compress = false, string? function = null)
    {
        using SnapshotBuffer file = new();
        using RdbFileWriter writer = new(file);
        writer.Header(Header);
        if (function is not null)
            writer.Function(System.Text.Encoding.Latin1.GetBytes(function));
        foreach (Keyspace shard in shards)
        {
            for (int index = 0; index < shard.DatabaseCount; index++)
                WriteAll(file, shard[index], compress);
        }

        writer.End(Crc64.Append(0, file.WrittenSpan));
        return file.WrittenSpan.ToArray();
    }

    /// <summary>All items as lines of text, the last of which tells the problem if there was one; what is behind the end is one too.</summary>
    internal static List<string> Read(byte[] file, Func<int> pieceBytes, int recordBytesMax = int.MaxValue)
    {
        List<string> items = [];
        using RdbFileReader reader = new(recordBytesMax);
        int start = 0;
        int end = 0;
        while (true)
        {
            SnapshotReadStatus status = reader.Read(file.AsSpan(start, end - start), end == file.Length, out int used, out RdbFileItem item);
            switch (status)
            {
                case SnapshotReadStatus.NeedMore:
                    Assert.IsGreaterThan(end - start, reader.BytesNeeded, "what is asked for is there already");
                    Assert.AreEqual(0, used);
                    end = Math.Min(file.Length, end + pieceBytes());
                    continue;
                case SnapshotReadStatus.Bad:
                    items.Add(Line(reader.Problem!, file.Length));
                    return items;
            }

            start += used;
            Assert.AreEqual(start, reader.Offset);
            items.Add(Line(item));
            if (item.Kind != RdbItemKind.End)
                continue;
            if (start < file.Length)
                items.Add(Line(new FormatProblem(start, "something follows"), file.Length));
            return items;
        }
    }

    /// <summary>All items of a file that is at hand whole.</summary>
    internal static List<string> Read(byte[] file) => Read(file, () => file.Length);

    /// <summary>Whether the last line tells a problem.</summary>
    internal static bool IsRefused(List<string> items) => items[^1].StartsWith("bad ", StringComparison.Ordinal);

    /// <summary>A record as a line.</summary>
    internal static string Line(SnapshotRecord record)
    {
        byte[] payload = new byte[record.PayloadLength];
        record.CopyPayloadTo(payload);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"record {record.Database} {Convert.ToHexString(record.Key)} {record.ExpireAtMs} {record.IdleSeconds} {record.Frequency} {record.IsSticky} {Convert.ToHexString(payload)}");
    }

    /// <summary>A problem as a line.</summary>
    internal static string Line(FormatProblem problem, int length)
    {
        Assert.IsTrue(problem.Offset >= 0 && problem.Offset <= length, problem.ToString());
        Assert.IsGreaterThan(10, problem.Reason.Length, problem.ToString());
        return $"bad {problem}";
    }

    private static void WriteAll(SnapshotBuffer file, Database database, bool compress)
    {
        using RdbCompressor compressor = new();
        WalkCursor cursor = default;
        while (database.Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            using SnapshotBuffer buffer = new();
            StringMarks? strings = compress ? new StringMarks(buffer) : null;
            using RdbFileWriter writer = new(buffer, strings);
            foreach (Slot slot in database.Table.SlotsOf(bucket))
                Assert.IsTrue(writer.TryRecord(database, slot));
            using SnapshotBuffer? compressed = strings is null ? null : compressor.Compress(buffer.WrittenSpan, strings);
            SnapshotBuffer written = compressed ?? buffer;
            written.WrittenSpan.CopyTo(file.GetSpan(written.Length));
            file.Advance(written.Length);
        }
    }

    private static string Line(RdbFileItem item)
    {
        if (item.Kind == RdbItemKind.Record)
            return Line(item.Record);
        return string.Create(CultureInfo.InvariantCulture, $"{item.Kind} {item.First} {item.Second} {Convert.ToHexString(item.Name)} {Convert.ToHexString(item.Text)}");
    }
}
