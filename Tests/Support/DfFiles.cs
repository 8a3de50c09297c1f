using System.IO.Hashing;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Storage.Formats;

namespace DragonflyFlow.Tests.Support;

/// <summary>Files of our own format, made of keyspaces and of bytes, and read into keyspaces.</summary>
internal static class DfFiles
{
    /// <summary>A keyspace as the file of one shard.</summary>
    internal static byte[] Write(Keyspace keyspace, DfCompression compression, int perBlock)
    {
        using SnapshotBuffer file = Begun();
        using SnapshotBuffer records = new();
        using DfRecordWriter writer = new(records);
        (long frames, long total, int count) = (1, 0, 0);
        for (int index = 0; index < keyspace.DatabaseCount; index++)
        {
            WalkCursor cursor = default;
            while (keyspace[index].Table.TryWalk(ref cursor, out BucketRef bucket))
            {
                foreach (Slot slot in keyspace[index].Table.SlotsOf(bucket))
                {
                    Assert.IsTrue(writer.TryRecord(keyspace[index], index, slot));
                    (total, count) = (total + 1, count + 1);
                    if (count < perBlock)
                        continue;
                    DfBlock.Write(file, records.WrittenSpan, count, compression);
                    records.Clear();
                    (frames, count) = (frames + 1, 0);
                }
            }
        }

        if (count > 0)
        {
            DfBlock.Write(file, records.WrittenSpan, count, compression);
            frames++;
        }

        return Ended(file, frames, total);
    }

    /// <summary>Records of several types, in several blocks.</summary>
    internal static byte[] Small()
    {
        using Keyspace keyspace = Samples();
        return Write(keyspace, DfCompression.Lz4, 3);
    }

    /// <summary>The same records without what stands around them.</summary>
    internal static byte[] SmallRecords()
    {
        using Keyspace keyspace = Samples();
        using SnapshotBuffer records = new();
        using DfRecordWriter writer = new(records);
        WalkCursor cursor = default;
        while (keyspace[0].Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in keyspace[0].Table.SlotsOf(bucket))
                Assert.IsTrue(writer.TryRecord(keyspace[0], 0, slot));
        }

        return records.WrittenSpan.ToArray();
    }

    /// <summary>Bytes as the one block of a file, with checksums that are right.</summary>
    internal static byte[] Wrap(byte[] records, int count)
    {
        using SnapshotBuffer file = Begun();
        DfBlock.Write(file, records, count, DfCompression.Lz4);
        return Ended(file, 2, count);
    }

    /// <summary>Reads a file, and its values if there is a keyspace for them; null if all is good.</summary>
    internal static FormatProblem? Read(byte[] file, Keyspace? into = null)
    {
        DfFileReader reader = new();
        using SnapshotBuffer buffer = new();
        using RdbScratch scratch = new();
        int start = 0, end = 0;
        bool hasEnded = false;
        while (!hasEnded || start < file.Length)
        {
            switch (reader.Read(file.AsMemory(start, end - start), end == file.Length, out int used, out DfFrame frame))
            {
                case SnapshotReadStatus.Bad:
                    return reader.Problem;
                case SnapshotReadStatus.NeedMore:
                    Assert.IsGreaterThan(end - start, reader.BytesNeeded);
                    end = (int)Math.Min(file.Length, (long)start + reader.BytesNeeded);
                    break;
                default:
                    start += used;
                    hasEnded |= frame.Kind == DfFrameKind.End;
                    if (frame.Kind == DfFrameKind.Block && !TryTake(reader.Block, buffer, scratch, into))
                        return new FormatProblem(frame.Offset, "records");
                    break;
            }
        }

        return null;
    }

    private static bool TryTake(DfBlock block, SnapshotBuffer buffer, RdbScratch scratch, Keyspace? into)
    {
        if (!block.TryOpen(buffer, out ReadOnlyMemory<byte> bytes))
            return false;
        DfRecordReader records = new(bytes);
        int count = 0;
        while (records.TryRead(out SnapshotRecord record))
        {
            count++;
            if (into is null || record.Marks.HasFlag(RecordMarks.Gone))
                continue;
            if (record.Database >= into.DatabaseCount || into[record.Database].Find(record.Key, KeyHash.Of(record.Key), out _))
                return false;
            if (!record.TryDecode(scratch, into, out DecodedValue value))
                return false;
            value.Dispose();
            SnapshotSamples.Store(into, record, scratch);
        }

        return !records.IsDamaged && count == block.Records;
    }

    private static SnapshotBuffer Begun()
    {
        SnapshotBuffer file = new();
        DfFrameWriter.Header(file, new DfHeader(1234, 0, 1));
        return file;
    }

    private static byte[] Ended(SnapshotBuffer file, long frames, long records)
    {
        DfFrameWriter.End(file, frames, records, XxHash3.HashToUInt64(file.WrittenSpan));
        return file.WrittenSpan.ToArray();
    }

    private static Keyspace Samples()
    {
        return SnapshotSamples.Hold([.. DamagedPayloadTests.Corpus().Where(static payload => payload.Length < 120).Take(12).Select(static (payload, i) => new SampleKey(0, $"key{i}", i % 3 * 1_000_000_000L, payload))]);
    }
}
