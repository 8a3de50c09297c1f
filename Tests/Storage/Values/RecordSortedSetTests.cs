using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Sorted sets in both forms against a dictionary that is sorted for each look; and nothing is left in the arena.</summary>
[TestClass]
public sealed class RecordSortedSetTests
{
    private static readonly byte[] Key = "k"u8.ToArray();
    private static readonly ulong Hash = KeyHash.Of(Key);

    public enum EditKind
    {
        Put,
        PutMany,
        Remove,
        RemoveRange,
        Copy,
    }

    [TestMethod]
    public void SmallSetsAgreeWithAModel()
        => ModelCheck.Run(Edits(membersMax: 60, many: 1), edits => Apply(edits, compareEach: 1), count: 150);

    [TestMethod]
    public void SetsThatGrowAgreeWithAModel()
        => ModelCheck.Run(Edits(membersMax: 3000, many: 120), edits => Apply(edits, compareEach: 7), count: 60);

    // Longer than the limits allow by default, and than what is moved by way of the stack.
    [TestMethod]
    [DataRow(10)]
    [DataRow(64)]
    [DataRow(500)]
    public void AMemberOfAnyLengthMovesWithinItsBlock(int length)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Slot slot = PackedRecord.Create(keyspace[0], Key, Hash, ValueKind.SortedSet);
        byte[][] members = [.. Enumerable.Range(0, 5).Select(i => Encoding.ASCII.GetBytes(new string((char)('a' + i), length + i)))];
        double[] scores = [10, 20, 30, 40, 50];
        for (int i = 0; i < members.Length; i++)
            PackedSortedSet.Add(keyspace[0], ref slot, members[i], scores[i]);
        foreach ((int moved, double score) in new[] { (0, 35.0), (0, 5.0), (4, 15.0), (2, 60.0), (2, 61.0), (1, -1.0), (3, 40.5) })
        {
            Span<byte> block = PackedRecord.Block(keyspace[0], slot);
            PackedSortedSet.Update(block, PackedSortedSet.Find(block, members[moved]), members[moved], score);
            scores[moved] = score;
            int[] order = [.. Enumerable.Range(0, members.Length).OrderBy(i => scores[i])];
            for (int rank = 0; rank < order.Length; rank++)
            {
                int position = PackedSortedSet.PositionOf(block, rank);
                Assert.IsTrue(PackedBlock.Read(block, position).SequenceEqual(members[order[rank]]), $"{moved} to {score}, rank {rank}");
                Assert.AreEqual(scores[order[rank]], PackedSortedSet.ScoreAt(block, position));
            }
        }
    }

    [TestMethod]
    [DataRow("ascending")]
    [DataRow("descending")]
    [DataRow("equal")]
    [DataRow("random")]
    public void BigTreesKeepTheirInvariantsWhileTheyGrowAndShrink(string order)
    {
        const int members = 8_000;
        using Keyspace keyspace = new(new KeyspaceOptions());
        KeyspaceRandom random = new(7);
        SortedSetValue set = new(keyspace);
        for (int i = 0; i < members; i++)
            set.Set(Member(i), ScoreOf(order, i, random));
        set.Order.Verify();
        Assert.AreEqual(members, set.Order.Count);
        for (int i = 0; i < members; i += 3)
            set.Set(Member(i), ScoreOf(order, members - i, random));
        set.Order.Verify();
        CheckEveryRank(set);
        for (int i = 0; i < members; i++)
        {
            Assert.IsTrue(set.Remove(Member((int)((i * 7919L) % members))));
            if (i % 1000 == 0)
                set.Order.Verify();
        }

        Assert.AreEqual(0, set.Order.NodeBytes);
        set.Dispose();
        Assert.AreEqual(0, keyspace.Arena.LiveBlocks);
    }

    [TestMethod]
    [DataRow(40, 1_000_000)]
    [DataRow(40, 3)]
    [DataRow(5000, 1_000_000)]
    [DataRow(5000, 300)]
    [DataRow(5000, 3)]
    public void ScoresThatChangeKeepTheTreeAndEveryRank(int members, int scores)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        KeyspaceRandom random = new(11);
        SortedSetValue set = new(keyspace);
        double[] model = new double[members];
        for (int i = 0; i < members * 6; i++)
        {
            int member = i < members ? i : (int)random.Below(members);
            double score = i % 2 == 0 ? random.Below(scores) : model[member] + random.Below(3) - 1;
            set.Set(Member(member), model[member] = score);
            if (i % members == 0)
                set.Order.Verify();
        }

        set.Order.Verify();
        CheckEveryRank(set);
        for (int i = 0; i < members; i++)
            Assert.IsTrue(set.TryGet(Member(i), out double score) && score == model[i]);
        set.Dispose();
        Assert.AreEqual(0, keyspace.Arena.LiveBlocks);
    }

    [TestMethod]
    public void LeavesOfASetThatGrowsAtItsEndAreFull()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        SortedSetValue set = new(keyspace);
        for (int i = 0; i < 10_000; i++)
            set.Set(Member(i), i);
        set.Order.Verify();
        Assert.IsLessThan(10_000 * 16, set.Order.NodeBytes, "12 bytes an entry and a little more");
    }

    [TestMethod]
    public void ASetThatHasShrunkGivesItsMemoryBack()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        SortedSetValue set = new(keyspace);
        for (int i = 0; i < 20_000; i++)
            set.Set(Member(i), i);
        long full = set.MemoryBytes;
        set.RemoveRange(0, 19_000);
        set.Order.Verify();
        Assert.IsLessThan(full / 5, set.MemoryBytes, $"of {full} bytes, with a twentieth of the members");
        for (int i = 19_000; i < 20_000; i++)
            Assert.IsTrue(set.TryGet(Member(i), out double score) && score == i);
        set.Dispose();
        Assert.AreEqual(0, keyspace.Arena.LiveBlocks);
    }

    [TestMethod]
    public void QueueInTheSteadyStateAllocatesNothingAndKeepsItsMemory()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        SortedSetValue set = new(keyspace);
        byte[][] members = [.. Enumerable.Range(0, 5000).Select(Member)];
        KeyspaceRandom random = new(3);
        Churn(set, members, random, 20_000);
        long memory = keyspace.MemoryBytes;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Churn(set, members, random, 50_000);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.IsTrue(bytes == 0 || keyspace.Arena.IsChecked, $"{bytes} bytes were allocated");
        Assert.IsLessThan(memory / 8, Math.Abs(keyspace.MemoryBytes - memory), $"{memory} became {keyspace.MemoryBytes}");
        set.Order.Verify();
    }

    [TestMethod]
    public void FormFollowsTheLimits()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        RecordSortedSet set = RecordSortedSet.Create(keyspace[0], Key, Hash);
        for (int i = 0; i < SortedSetLimits.MembersMax; i++)
            Put(ref set, Member(i), i);
        Assert.IsNull(set.Big);
        Put(ref set, Member(0), 7);
        Assert.IsNull(set.Big, "a member that is there needs no room");
        Put(ref set, Member(SortedSetLimits.MembersMax), 1);
        Assert.IsNotNull(set.Big);
        keyspace[0].Clear();
        set = RecordSortedSet.Create(keyspace[0], Key, Hash);
        Put(ref set, new byte[SortedSetLimits.MemberBytesMax], 1);
        Assert.IsNull(set.Big);
        Put(ref set, new byte[SortedSetLimits.MemberBytesMax + 1], 1);
        Assert.IsNotNull(set.Big);
    }

    private static void Churn(SortedSetValue set, byte[][] members, KeyspaceRandom random, int times)
    {
        for (int i = 0; i < times; i++)
        {
            byte[] member = members[random.Below(members.Length)];
            if (random.Below(4) == 0)
                set.Remove(member);
            else
                set.Set(member, random.Below(1000));
        }
    }

    private static double ScoreOf(string order, int i, KeyspaceRandom random)
        => order switch { "ascending" => i, "descending" => -i, "equal" => 1, _ => random.Below(5000) };

    private static void CheckEveryRank(SortedSetValue set)
    {
        SortedSetReader all = set.Read(0);
        for (long rank = 0; all.MoveNext(); rank++)
        {
            Assert.AreEqual(rank, set.Order.CountBefore(SortedSetBound.AtEntry(all.Score, all.Member)));
            SortedSetReader one = set.Read(rank);
            Assert.IsTrue(one.MoveNext() && one.Member.SequenceEqual(all.Member));
        }
    }

    private static Gen<Edit> Edits(int membersMax, int many)
        => from kind in Gen.Elements(EditKind.Put, EditKind.Put, EditKind.PutMany, EditKind.PutMany, EditKind.Remove, EditKind.RemoveRange, EditKind.Copy)
           from member in Gen.Choose(0, membersMax - 1)
           from score in Gen.Choose(-20, 20)
           from count in Gen.Choose(0, many)
           select new Edit(kind, member, score, count, membersMax);

    private static void Apply(Edit[] edits, int compareEach)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        Database database = keyspace[0];
        SortedDictionary<string, double> model = new(StringComparer.Ordinal);
        int step = 0;
        foreach (Edit edit in edits)
        {
            if (edit.Kind == EditKind.Copy)
                ReplaceByCopy(database);
            RecordSortedSet set = database.Find(Key, Hash, out Slot slot) ? new(database, slot) : RecordSortedSet.Create(database, Key, Hash);
            ApplyOne(ref set, model, edit);
            Assert.AreEqual(model.Count == 0, set.RemoveIfEmpty());
            if (++step % compareEach == 0)
                Compare(database, model);
        }

        Compare(database, model);
        database.Clear();
        Assert.AreEqual(0, keyspace.Arena.LiveBlocks);
        Assert.AreEqual(0, keyspace.ManagedBytes);
    }

    private static void ApplyOne(scoped ref RecordSortedSet set, SortedDictionary<string, double> model, Edit edit)
    {
        switch (edit.Kind)
        {
            case EditKind.Put:
                Put(ref set, Member(edit.Member), edit.Score / 4.0);
                model[Text(edit.Member)] = edit.Score / 4.0;
                break;
            case EditKind.PutMany:
                for (int i = 0; i < edit.Count; i++)
                {
                    int member = (edit.Member + (i * 17)) % edit.MembersMax;
                    double score = (edit.Score + i) % 13;
                    Put(ref set, Member(member), score);
                    model[Text(member)] = score;
                }

                break;
            case EditKind.Remove:
                SortedSetPlace place = set.Find(Member(edit.Member));
                Assert.AreEqual(model.Remove(Text(edit.Member), out double old), place.Exists);
                Assert.AreEqual(old, place.Score);
                if (place.Exists)
                    set.Remove(place);
                break;
            case EditKind.RemoveRange when model.Count > 0:
                int rank = edit.Member % model.Count;
                int count = Math.Min(edit.Count, model.Count - rank);
                foreach ((string member, double _) in Sorted(model).Skip(rank).Take(count).ToList())
                    model.Remove(member);
                set.RemoveRange(rank, count);
                break;
        }
    }

    private static void Put(scoped ref RecordSortedSet set, byte[] member, double score) => set.Put(member, set.Find(member), score);

    private static void ReplaceByCopy(Database database)
    {
        if (database.Find(Key, Hash, out Slot slot) && database.Table.Encoding(slot) == ValueEncoding.Object)
            database.PutObject(ref slot, database.Object<SortedSetValue>(slot).CopyTo(database.Keyspace));
    }

    private static void Compare(Database database, SortedDictionary<string, double> model)
    {
        if (!database.Find(Key, Hash, out Slot slot))
        {
            Assert.IsEmpty(model);
            return;
        }

        RecordSortedSet set = new(database, slot);
        set.Big?.Order.Verify();
        (string Member, double Score)[] sorted = [.. Sorted(model)];
        Assert.AreEqual(sorted.Length, set.Count);
        SortedSetReader up = set.Read(0);
        for (int i = 0; i < sorted.Length; i++)
        {
            Assert.IsTrue(up.MoveNext() && Is(sorted[i], up.Member, up.Score), $"rank {i}");
            Assert.AreEqual(i, set.CountBefore(SortedSetBound.AtEntry(sorted[i].Score, up.Member)));
        }

        Assert.IsFalse(up.MoveNext());
        SortedSetReader down = set.Read(sorted.Length / 2, backward: true);
        for (int i = sorted.Length / 2; i >= 0; i--)
            Assert.IsTrue(down.MoveNext() && Is(sorted[i], down.Member, down.Score), $"rank {i} from above");
        Assert.IsFalse(down.MoveNext());
        CompareBounds(set, sorted);
    }

    private static void CompareBounds(in RecordSortedSet set, (string Member, double Score)[] sorted)
    {
        for (double score = -6; score <= 14; score += 0.5)
        {
            Assert.AreEqual(sorted.Count(e => e.Score < score), set.CountBefore(SortedSetBound.AtScore(score, after: false)));
            Assert.AreEqual(sorted.Count(e => e.Score <= score), set.CountBefore(SortedSetBound.AtScore(score, after: true)));
        }

        Assert.AreEqual(0, set.CountBefore(SortedSetBound.First));
        Assert.AreEqual(sorted.Length, set.CountBefore(SortedSetBound.Last));
    }

    private static IEnumerable<(string Member, double Score)> Sorted(SortedDictionary<string, double> model)
        => model.Select(e => (e.Key, e.Value)).OrderBy(e => e.Value).ThenBy(e => e.Key, StringComparer.Ordinal);

    private static bool Is((string Member, double Score) expected, ReadOnlySpan<byte> member, double score)
        => expected.Score == score && expected.Member == Encoding.UTF8.GetString(member);

    private static byte[] Member(int number) => Encoding.UTF8.GetBytes(Text(number));

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"member-{number}");

    public sealed record Edit(EditKind Kind, int Member, int Score, int Count, int MembersMax);
}
