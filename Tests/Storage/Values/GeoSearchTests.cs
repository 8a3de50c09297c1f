using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Cells of the map against their definition, and searches against a look at every member.</summary>
[TestClass]
public sealed class GeoSearchTests
{
    private const int Members = 2000;

    [TestMethod]
    public void A_cell_contains_its_place_and_is_known_by_its_score()
    {
        Random random = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            GeoPoint point = Place(random);
            int step = random.Next(1, GeoCell.StepMax + 1);
            GeoCell cell = GeoCell.Of(point, step);
            GeoArea area = cell.Bounds();
            Assert.IsTrue(area.West <= point.Longitude && point.Longitude <= area.East && area.South <= point.Latitude && point.Latitude <= area.North, point.ToString());
            double score = GeoCell.Of(point).Bits;
            Assert.IsTrue(cell.ScoreMin <= score && score < cell.ScoreEnd, point.ToString());
            Assert.AreEqual(GeoCell.Of(point), GeoCell.OfScore(score));
        }
    }

    [TestMethod]
    public void Neighbours_touch_and_the_map_goes_on_at_its_other_side()
    {
        GeoCell cell = GeoCell.Of(new GeoPoint(179.99, 10), step: 8);
        Assert.AreEqual(cell.Bounds().North, cell.Neighbour(0, 1).Bounds().South);
        Assert.AreEqual(cell.Bounds().West, cell.Neighbour(-1, 0).Bounds().East);
        Assert.AreEqual(-180, cell.Neighbour(1, 0).Bounds().West);
        Assert.AreEqual(cell, cell.Neighbour(1, 1).Neighbour(-1, -1));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void A_search_finds_what_a_look_at_every_member_finds(int seed)
    {
        Random random = new(seed);
        using Keyspace keyspace = new(new KeyspaceOptions { Checked = true });
        byte[] key = "places"u8.ToArray();
        RecordSortedSet set = RecordSortedSet.Create(keyspace[0], key, KeyHash.Of(key));
        for (int i = 0; i < Members; i++)
        {
            byte[] member = Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));
            set.Put(member, set.Find(member), GeoCell.Of(Place(random)).Bits);
        }

        for (int round = 0; round < 200; round++)
        {
            GeoPoint center = new((random.NextDouble() * 240) - 120, (random.NextDouble() * 120) - 60);
            double reach = Math.Pow(10, 3 + (random.NextDouble() * 3.3));
            GeoShape shape = random.Next(2) == 0 ? GeoShape.Circle(center, reach) : GeoShape.Box(center, reach, reach * 2 * random.NextDouble());
            string[] found = [.. GeoSearch.Find(set, shape, limit: 0).Select(match => Encoding.ASCII.GetString(match.Member)).Order(StringComparer.Ordinal)];
            CollectionAssert.AreEqual(LookAtAll(set, shape), found, $"seed {seed}, round {round}: {shape}");
        }
    }

    [TestMethod]
    public void A_search_ends_when_it_has_as_many_as_were_asked_for()
    {
        using Keyspace keyspace = new(new KeyspaceOptions { Checked = true });
        RecordSortedSet set = RecordSortedSet.Create(keyspace[0], "k"u8, KeyHash.Of("k"u8));
        foreach (string member in new[] { "a", "b", "c" })
            set.Put(Encoding.ASCII.GetBytes(member), default, GeoCell.Of(new GeoPoint(13, 38)).Bits);
        Assert.HasCount(2, GeoSearch.Find(set, GeoShape.Circle(new GeoPoint(13, 38), 1000), limit: 2));
    }

    private static string[] LookAtAll(in RecordSortedSet set, GeoShape shape)
    {
        List<string> inside = [];
        SortedSetReader reader = set.Read(0);
        while (reader.MoveNext())
        {
            if (shape.Covers(GeoCell.OfScore(reader.Score).Bounds().Middle, out _))
                inside.Add(Encoding.ASCII.GetString(reader.Member));
        }

        inside.Sort(StringComparer.Ordinal);
        return [.. inside];
    }

    private static GeoPoint Place(Random random)
        => new((random.NextDouble() * 360) - GeoPoint.LongitudeMax, (random.NextDouble() * 2 * GeoPoint.LatitudeMax) - GeoPoint.LatitudeMax);
}
