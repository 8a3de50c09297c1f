using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Support;

/// <summary>A key to be put into a snapshot: its database, name, expiry and payload.</summary>
internal sealed record SampleKey(int Database, string Name, long ExpireAtMs, byte[] Payload, bool IsSticky = false);

/// <summary>Keys of all types, and keyspaces that hold them.</summary>
internal static class SnapshotSamples
{
    /// <summary>Keys in databases 0 to 15 whose values come from a set of payloads, or are short strings.</summary>
    internal static Gen<SampleKey> Keys(byte[][] payloads)
    {
        Gen<string> names = Gen.Choose(0, 60).SelectMany(length => Gen.ArrayOf(Gen.Choose(0, 255), length)).Select(letters => string.Concat(letters.Select(letter => (char)letter)));
        Gen<string> numbers = Gen.Choose(-70_000, 70_000).Select(number => $"{number}");
        Gen<byte[]> strings = Gen.OneOf(names, numbers).Select(text => LegacyPayload.Packed(RdbType.String, Encoding.Latin1.GetBytes(text)));
        return from database in Gen.Frequency((5, Gen.Constant(0)), (5, Gen.Choose(0, 15)))
               from name in Gen.OneOf(names, numbers)
               from expireAtMs in Gen.Frequency((2, Gen.Constant(0L)), (1, Gen.Choose(1, int.MaxValue).Select(seconds => seconds * 1000L)))
               from payload in Gen.Frequency((2, Gen.Elements(payloads)), (1, strings))
               from isSticky in Gen.Elements(true, false, false)
               select new SampleKey(database, name, expireAtMs, payload, isSticky);
    }

    /// <summary>A keyspace with the keys; of those with one name in one database the last.</summary>
    internal static Keyspace Hold(params SampleKey[] keys)
    {
        Keyspace keyspace = new(new KeyspaceOptions());
        foreach (SampleKey key in keys)
            Put(keyspace, key);
        return keyspace;
    }

    /// <summary>The digest of all databases, by which two keyspaces are compared; expiries and stickiness count with their values.</summary>
    internal static string Digest(Keyspace keyspace)
    {
        List<string> lines = [];
        byte[] digest = new byte[ValueDigest.Bytes];
        for (int index = 0; index < keyspace.DatabaseCount; index++)
        {
            DashTable table = keyspace[index].Table;
            WalkCursor cursor = default;
            while (table.TryWalk(ref cursor, out BucketRef bucket))
            {
                foreach (Slot slot in table.SlotsOf(bucket))
                {
                    Array.Clear(digest);
                    ValueDigest.AddValue(digest, keyspace[index], slot);
                    lines.Add($"{index} {Convert.ToHexString(table.Key(slot))} {table.ExpireAtMs(slot)} {table.IsSticky(slot)} {Convert.ToHexString(digest)}");
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    /// <summary>Puts a record that was read where it belongs.</summary>
    internal static void Store(Keyspace keyspace, SnapshotRecord record, RdbScratch scratch)
    {
        Assert.IsTrue(record.TryDecode(scratch, keyspace, out DecodedValue value), RdbFiles.Line(record));
        using (value)
            value.Store(keyspace[record.Database], record.Key, KeyHash.Of(record.Key), record.ExpireAtMs);
        if (record.IsSticky && keyspace[record.Database].Find(record.Key, KeyHash.Of(record.Key), out Slot slot))
            keyspace[record.Database].Table.SetSticky(slot, true);
    }

    private static void Put(Keyspace keyspace, SampleKey key)
    {
        byte[] name = Encoding.Latin1.GetBytes(key.Name);
        keyspace[key.Database].Delete(name, KeyHash.Of(name));
        using RdbScratch scratch = new();
        Assert.IsTrue(DumpPayload.TryOpen(key.Payload, out ReadOnlySpan<byte> body));
        SnapshotRecord record = new(name, (RdbType)body[0], body[1..]) { Database = key.Database, ExpireAtMs = key.ExpireAtMs, Marks = key.IsSticky ? RecordMarks.Sticky : RecordMarks.None };
        Store(keyspace, record, scratch);
    }
}
