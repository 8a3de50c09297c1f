using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Streams against a list of entries and a dictionary of deliveries: every change, then every way of reading; and nothing is left in the arena.</summary>
[TestClass]
public sealed class StreamValueTests
{
    public enum EditKind
    {
        Append,
        Remove,
        TrimByLength,
        TrimById,
        Deliver,
        Acknowledge,
        DropConsumer,
        Copy,
    }

    [TestMethod]
    public void Edits_agree_with_lists() => ModelCheck.Run(Edits(), Apply, count: 150, lengthMax: 120);

    [TestMethod]
    public void An_approximate_trim_takes_whole_nodes()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        using StreamValue stream = StreamSamples.Fill(keyspace, entries: 1000);
        long before = stream.Length;
        Assert.AreEqual(0, stream.Trim(new StreamTrim { LengthMax = before - 1, IsApproximate = true }));
        long removed = stream.Trim(new StreamTrim { LengthMax = 500, IsApproximate = true });
        Assert.AreEqual(before - removed, stream.Length);
        Assert.IsTrue(stream.Length is >= 500 and <= 600, $"{stream.Length} entries are left");
        Assert.AreEqual(0, stream.Trim(new StreamTrim { LengthMax = 0, IsApproximate = true, Limit = 1 }));
    }

    [TestMethod]
    public void Steady_adding_and_trimming_allocates_nothing_and_keeps_its_memory()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        using StreamValue stream = new(keyspace);
        Entry fields = new();
        Run(stream, fields, 0, 5000);
        long memory = keyspace.MemoryBytes;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Run(stream, fields, 5000, 50_000);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.IsTrue(bytes == 0 || keyspace.Arena.IsChecked, $"{bytes} bytes were allocated");
        Assert.IsTrue(Math.Abs(keyspace.MemoryBytes - memory) <= 3 * 4096, $"{memory} became {keyspace.MemoryBytes}");
        Assert.AreEqual(1000, stream.Length);
    }

    private static void Run(StreamValue stream, in Entry fields, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            stream.Append(new StreamId((ulong)i + 1, 0), fields);
            stream.Trim(new StreamTrim { LengthMax = 1000 });
        }
    }

    private static Gen<Edit> Edits()
        => from kind in Gen.Elements(
               EditKind.Append, EditKind.Append, EditKind.Append, EditKind.Append, EditKind.Remove, EditKind.Remove, EditKind.TrimByLength, EditKind.TrimById,
               EditKind.Deliver, EditKind.Deliver, EditKind.Acknowledge, EditKind.DropConsumer, EditKind.Copy)
           from at in Gen.Choose(0, 10_000)
           from many in Gen.Choose(1, 40)
           from length in Gen.Elements(0, 1, 5, 60, 63, 64, 300, 5000)
           select new Edit(kind, at, many, length);

    private static void Apply(Edit[] edits)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        StreamValue stream = new(keyspace);
        Model model = new();
        stream.AddGroup("g"u8, StreamId.Min, 0);
        foreach (Edit edit in edits)
        {
            if (edit.Kind == EditKind.Copy)
            {
                StreamValue copy = (StreamValue)stream.CopyTo(keyspace);
                stream.Dispose();
                stream = copy;
            }

            model.Apply(stream, edit);
            model.Compare(stream);
        }

        stream.Dispose();
        Assert.AreEqual(0, keyspace.Arena.LiveBlocks);
        Assert.AreEqual(0, keyspace.ManagedBytes);
    }

    public sealed record Edit(EditKind Kind, int At, int Many, int Length);

    private readonly struct Entry : IStreamFields
    {
        public int Count => 2;

        public ReadOnlySpan<byte> Field(int index) => index == 0 ? "name"u8 : "number"u8;

        public ReadOnlySpan<byte> Value(int index) => index == 0 ? "some value of usual length"u8 : "1234567"u8;
    }

    private sealed class Model
    {
        private static readonly string[] Consumers = ["a", "b", "c"];

        private readonly List<(StreamId Id, string[] Words)> _entries = [];
        private readonly SortedDictionary<StreamId, string> _pending = [];
        private ulong _last;

        public void Apply(StreamValue stream, Edit edit)
        {
            StreamGroup group = stream.Groups.Find("g"u8)!;
            StreamId some = _entries.Count == 0 ? new StreamId(3, 3) : _entries[edit.At % _entries.Count].Id;
            switch (edit.Kind)
            {
                case EditKind.Append:
                    for (int i = 0; i < edit.Many; i++)
                        Append(stream, edit);
                    break;
                case EditKind.Remove:
                    Assert.AreEqual(_entries.RemoveAll(entry => entry.Id == some) > 0, stream.Remove(some));
                    stream.SettleFirst();
                    break;
                case EditKind.TrimByLength:
                    int kept = Math.Max(0, _entries.Count - edit.Many);
                    Assert.AreEqual(_entries.Count - kept, stream.Trim(new StreamTrim { LengthMax = kept }));
                    _entries.RemoveRange(0, _entries.Count - kept);
                    break;
                case EditKind.TrimById when edit.At % 4 == 0:
                    Assert.AreEqual(_entries.RemoveAll(entry => entry.Id < some), stream.Trim(new StreamTrim { ById = true, MinId = some }));
                    break;
                default:
                    ApplyToGroup(group, edit, some);
                    break;
            }
        }

        public void Compare(StreamValue stream)
        {
            Assert.AreEqual(_entries.Count, stream.Length);
            Assert.AreEqual(_entries.Count > 0 ? _entries[0].Id : StreamId.Min, stream.FirstId);
            Assert.AreEqual(_entries.Count > 0 ? _entries[^1].Id : StreamId.Min, stream.LastLiveId);
            for (int from = 0; from < _entries.Count; from += 1 + (_entries.Count / 3))
            {
                int to = from + ((_entries.Count - from) / 2);
                AssertRead(stream.Read(_entries[from].Id, _entries[to].Id), _entries[from..(to + 1)]);
                AssertRead(stream.Read(_entries[from].Id, _entries[to].Id, backward: true), [.. _entries[from..(to + 1)].AsEnumerable().Reverse()]);
            }

            StreamGroup group = stream.Groups.Find("g"u8)!;
            List<(StreamId, string)> pending = [];
            for (StreamIdMap<StreamDelivery>.Walk walk = group.Pending.From(StreamId.Min); walk.MoveNext();)
                pending.Add((walk.Id, Encoding.Latin1.GetString(walk.Value.Owner.Name)));
            CollectionAssert.AreEqual(_pending.Select(pair => (pair.Key, pair.Value)).ToList(), pending);
            foreach (string name in Consumers)
                Assert.AreEqual(_pending.Values.Count(owner => owner == name), group.Consumers.Find(Encoding.Latin1.GetBytes(name))?.Pending.Count ?? 0);
        }

        private void Append(StreamValue stream, Edit edit)
        {
            string value = new('v', edit.Length);
            string[] words = (edit.At % 3) switch
            {
                0 => ["f", value],
                1 => ["f", "-12345", "g", value],
                _ => ["7", "", "f", value, value, "99999999999"],
            };
            _last += (ulong)(edit.At % 2);
            StreamId id = new(_last, _entries.Count == 0 && _last == 0 ? 1 : stream.LastId.Ms == _last ? stream.LastId.Seq + 1 : 0);
            stream.Append(id, new StreamFields(words));
            _entries.Add((id, words));
        }

        private void ApplyToGroup(StreamGroup group, Edit edit, StreamId some)
        {
            string name = Consumers[edit.Many % Consumers.Length];
            StreamConsumer? consumer = group.Consumers.Find(Encoding.Latin1.GetBytes(name));
            switch (edit.Kind)
            {
                case EditKind.Deliver:
                    consumer ??= group.AddConsumer(Encoding.Latin1.GetBytes(name), 0);
                    for (int i = edit.At % (_entries.Count + 1); i < Math.Min(_entries.Count, (edit.At % (_entries.Count + 1)) + edit.Many); i++)
                    {
                        group.Assign(_entries[i].Id, new StreamDelivery(consumer, 1, 1));
                        _pending[_entries[i].Id] = name;
                    }

                    break;
                case EditKind.Acknowledge:
                    Assert.AreEqual(_pending.Remove(some), group.Acknowledge(some));
                    break;
                case EditKind.DropConsumer when consumer is not null && edit.At % 3 == 0:
                    StreamId[] owned = [.. _pending.Where(pair => pair.Value == name).Select(pair => pair.Key)];
                    Assert.AreEqual(owned.Length, group.RemoveConsumer(consumer));
                    foreach (StreamId id in owned)
                        _pending.Remove(id);
                    break;
            }
        }

        private static void AssertRead(StreamEntries entries, List<(StreamId Id, string[] Words)> expected)
        {
            byte[] number = new byte[IntegerText.BytesMax];
            foreach ((StreamId id, string[] words) in expected)
            {
                Assert.IsTrue(entries.MoveNext());
                Assert.AreEqual(id, entries.Id);
                StreamFieldReader fields = entries.Fields;
                foreach (string word in words)
                    Assert.IsTrue(fields.MoveNext() && Encoding.Latin1.GetString(fields.Current.Text(number)) == word);
                Assert.IsFalse(fields.MoveNext());
            }

            Assert.IsFalse(entries.MoveNext());
        }
    }
}
