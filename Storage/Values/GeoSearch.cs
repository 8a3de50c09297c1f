namespace DragonflyFlow.Storage.Values;

/// <summary>A member that a search has found.</summary>
/// <param name="Member">The member.</param>
/// <param name="Score">Its score: the cell it lies in.</param>
/// <param name="Point">The middle of that cell.</param>
/// <param name="Distance">Metres from the middle of the shape.</param>
public sealed record GeoMatch(byte[] Member, double Score, GeoPoint Point, double Distance);

/// <summary>Finds the members of a sorted set of cells that lie in a shape: a range of scores for each cell of its cover.</summary>
public static class GeoSearch
{
    /// <summary>The members in the order of the search; it ends when there are <paramref name="limit"/> of them (0 = no limit).</summary>
    public static List<GeoMatch> Find(in RecordSortedSet set, in GeoShape shape, long limit)
    {
        List<GeoMatch> found = [];
        Span<GeoCell> cells = stackalloc GeoCell[GeoCover.CellsMax];
        foreach (GeoCell cell in cells[..GeoCover.Of(shape, cells)])
        {
            if (limit > 0 && found.Count >= limit)
                break;
            FindIn(set, cell, shape, limit, found);
        }

        return found;
    }

    private static void FindIn(in RecordSortedSet set, GeoCell cell, in GeoShape shape, long limit, List<GeoMatch> found)
    {
        long rank = set.CountBefore(SortedSetBound.AtScore(cell.ScoreMin, after: false));
        long count = set.CountBefore(SortedSetBound.AtScore(cell.ScoreEnd, after: false)) - rank;
        if (count <= 0)
            return;
        SortedSetReader reader = set.Read(rank);
        for (; count > 0 && reader.MoveNext(); count--)
        {
            GeoPoint point = GeoCell.OfScore(reader.Score).Bounds().Middle;
            if (!shape.Covers(point, out double distance))
                continue;
            found.Add(new GeoMatch(reader.Member.ToArray(), reader.Score, point, distance));
            if (found.Count == limit)
                return;
        }
    }
}
