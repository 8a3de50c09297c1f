using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>
/// SCAN: what is present for the whole scan is returned, whatever happens to the table meanwhile; nothing that never was is.
/// </summary>
[TestClass]
public class ScanTests
{
    private const int Stable = 400;

    /// <summary>What happens between two steps of the scan.</summary>
    private sealed record Disturbance(int Insert, int Remove, int Touch, bool Compact)
    {
        public override string ToString() => $"+{Insert} -{Remove} ^{Touch}{(Compact ? " compact" : "")}";
    }

    private static Gen<Disturbance> Disturbances =>
        from insert in Gen.Frequency((3, Gen.Choose(0, 20)), (1, Gen.Choose(200, 900)))
        from remove in Gen.Frequency((3, Gen.Choose(0, 60)), (1, Gen.Choose(200, 900)))
        from touch in Gen.Choose(0, 200)
        from compact in Gen.Elements(true, false)
        select new Disturbance(insert, remove, touch, compact);

    [TestMethod]
    [DataRow(nameof(KeyHash))]
    [DataRow(nameof(TableKeys.Crowded))]
    [DataRow(nameof(TableKeys.Skewed))]
    public void EverythingPresentThroughoutIsSeenAcrossSplitsAndMerges(string hash)
    {
        KeyHasher hasher = TableKeys.Named(hash);
        Prop.ForAll(Disturbances.NonEmptyListOf().ToArbitrary(), list => Run([.. list], hasher))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [TestMethod]
    public void WithoutDisturbanceEachRecordComesOnce()
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena);
        for (int i = 0; i < 10_000; i++)
            Add(table, KeyHash.Of, i);
        List<Slot> seen = [];
        ulong cursor = 0;
        do
        {
            cursor = table.Scan(cursor, seen);
            Assert.IsLessThan(1UL << 43, cursor);
        }
        while (cursor != 0);
        Assert.HasCount(10_000, seen);
        Assert.HasCount(10_000, seen.Select(table.RecordHandle).Distinct());
    }

    [TestMethod]
    public void AnyCursorIsSafeAndEndsTheScan()
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena);
        for (int i = 0; i < 3000; i++)
            Add(table, KeyHash.Of, i);
        foreach (ulong start in (ulong[])[63, 60, 59, 0x3F_FFFF_FFFF, 0x7FF_FFFF_FFFF, ulong.MaxValue, 1UL << 63, 0x12_3456_7890])
        {
            ulong cursor = start;
            int steps = 0;
            do
            {
                cursor = table.Scan(cursor, []);
                Assert.IsLessThan(5000, ++steps);
            }
            while (cursor != 0);
        }
    }

    private static void Run(Disturbance[] disturbances, KeyHasher hasher)
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena, hasher);
        for (int i = 0; i < Stable; i++)
            Add(table, hasher, i);

        HashSet<int> seen = [];
        List<Slot> slots = [];
        ulong cursor = 0;
        int step = 0, next = Stable, removed = Stable;
        do
        {
            slots.Clear();
            cursor = table.Scan(cursor, slots);
            foreach (Slot slot in slots)
                seen.Add(BitConverter.ToInt32(table.Key(slot)));
            if (step >= disturbances.Length * 20)
                continue; // the rest of the scan is quiet: it must end

            Disturbance disturbance = disturbances[step++ / 20];
            for (int i = 0; i < disturbance.Insert && next < 20_000; i++)
                Add(table, hasher, next++);
            for (int i = 0; i < disturbance.Remove && removed < next; i++)
                table.Remove(Find(table, hasher, removed++));
            for (int i = 0; i < disturbance.Touch; i++)
                table.Touch(Find(table, hasher, (step + i) % Stable));
            WalkCursor segments = default;
            while (disturbance.Compact && table.Compact(ref segments, 3))
            {
            }
        }
        while (cursor != 0);

        for (int i = 0; i < Stable; i++)
            Assert.Contains(i, seen);
        Assert.IsTrue(seen.All(number => number < next));
    }

    private static void Add(DashTable table, KeyHasher hasher, int number)
    {
        byte[] key = BitConverter.GetBytes(number);
        table.Insert(key, hasher(key), ValueKind.String, ValueEncoding.Raw, 4);
    }

    private static Slot Find(DashTable table, KeyHasher hasher, int number)
    {
        byte[] key = BitConverter.GetBytes(number);
        Assert.IsTrue(table.TryFind(key, hasher(key), out Slot slot));
        return slot;
    }
}
