namespace DragonflyFlow.Storage.Values;

/// <summary>The cells that together contain a shape: the one its middle lies in and those of the eight around it that it can reach.</summary>
public static class GeoCover
{
    /// <summary>Cells at most.</summary>
    public const int CellsMax = 9;

    // Metres around the equator of the Mercator map, halved.
    private const double MapReach = 20037726.37;
    private const double HighLatitude = 66;
    private const double PolarLatitude = 80;

    // The order in which Redis searches, and so the order of an unsorted reply.
    private static readonly (int East, int North)[] Places = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];

    /// <summary>Writes the cells in the order of the search; returns how many there are.</summary>
    public static int Of(in GeoShape shape, Span<GeoCell> cells)
    {
        GeoArea wanted = shape.Bounds();
        int step = StepFor(shape);
        GeoCell middle = GeoCell.Of(shape.Center, step);
        if (step > 1 && !ReachesOver(middle, wanted))
            middle = GeoCell.Of(shape.Center, --step);

        GeoArea own = middle.Bounds();
        int count = 0;
        foreach ((int east, int north) in Places)
        {
            // Two halvings make four columns and rows: with fewer, the cells to both sides are the same one.
            if (step >= 2 && IsBeyond(east, own.West < wanted.West, own.East > wanted.East))
                continue;
            if (step >= 2 && IsBeyond(north, own.South < wanted.South, own.North > wanted.North))
                continue;
            GeoCell cell = middle.Neighbour(east, north);
            if (count < 2 || cells[count - 1] != cell)
                cells[count++] = cell;
        }

        return count;
    }

    private static bool IsBeyond(int direction, bool endsBefore, bool endsBehind) => direction < 0 ? endsBefore : direction > 0 && endsBehind;

    // The finest cells of which three in a row are wider than the shape, somewhat coarser where meridians are close together.
    private static int StepFor(in GeoShape shape)
    {
        double reach = shape.Reach;
        if (reach == 0)
            return GeoCell.StepMax;
        int step = -1;
        for (; reach < MapReach; reach *= 2)
            step++;
        double latitude = Math.Abs(shape.Center.Latitude);
        step -= latitude > PolarLatitude ? 2 : latitude > HighLatitude ? 1 : 0;
        return Math.Clamp(step, 1, GeoCell.StepMax);
    }

    private static bool ReachesOver(GeoCell middle, GeoArea wanted)
        => middle.Neighbour(0, 1).Bounds().North >= wanted.North
            && middle.Neighbour(0, -1).Bounds().South <= wanted.South
            && middle.Neighbour(1, 0).Bounds().East >= wanted.East
            && middle.Neighbour(-1, 0).Bounds().West <= wanted.West;
}
