namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A cell of the map halved <see cref="Step"/> times each way. Its bits take turns: latitude in the even ones, longitude in the odd ones, so that the cells
/// inside it are the numbers that begin with its own. Cells of <see cref="StepMax"/> are the scores of a geo set.
/// </summary>
public readonly record struct GeoCell(ulong Bits, int Step)
{
    /// <summary>Halvings each way that a score has room for: 52 bits.</summary>
    public const int StepMax = 26;

    private const string Alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
    private const int BitsPerLetter = 5;
    private const int Letters = 11;

    /// <summary>The score of the cell's first place.</summary>
    public double ScoreMin => Bits << (2 * (StepMax - Step));

    /// <summary>The score behind the cell's last place.</summary>
    public double ScoreEnd => (Bits + 1) << (2 * (StepMax - Step));

    private uint Row => Even(Bits);

    private uint Column => Even(Bits >> 1);

    /// <summary>The cell that a place lies in.</summary>
    public static GeoCell Of(GeoPoint point, int step = StepMax) => Of(point, step, GeoArea.Map);

    /// <summary>The cell that a score names. A score that no geo command has made names some cell.</summary>
    public static GeoCell OfScore(double score) => new(score < 0 ? unchecked((ulong)(long)score) : (ulong)score, StepMax);

    /// <summary>The standard geohash of a place: eleven letters, of which the last says nothing.</summary>
    public static string TextOf(GeoPoint point)
    {
        ulong bits = Of(point, StepMax, GeoArea.Globe).Bits;
        return string.Create(Letters, bits, static (text, bits) =>
        {
            for (int i = 0; i < Letters; i++)
            {
                int shift = (2 * StepMax) - ((i + 1) * BitsPerLetter);
                text[i] = shift < 0 ? Alphabet[0] : Alphabet[(int)(bits >> shift) & ((1 << BitsPerLetter) - 1)];
            }
        });
    }

    /// <summary>The rectangle of the cell.</summary>
    public GeoArea Bounds()
    {
        double cells = 1UL << Step;
        double width = GeoArea.Map.East - GeoArea.Map.West;
        double height = GeoArea.Map.North - GeoArea.Map.South;
        return new GeoArea(
            GeoArea.Map.West + (Column / cells * width),
            GeoArea.Map.South + (Row / cells * height),
            GeoArea.Map.West + ((Column + 1.0) / cells * width),
            GeoArea.Map.South + ((Row + 1.0) / cells * height));
    }

    /// <summary>The cell so many columns to the east and rows to the north; the map goes on at its other side.</summary>
    public GeoCell Neighbour(int east, int north)
    {
        return new GeoCell(Interleave(Moved(Row, north), Moved(Column, east)), Step);
    }

    // A place on the map's last line lies in a row or column behind the last one, which stays as it is.
    private uint Moved(uint place, int by) => by == 0 ? place : unchecked((uint)(place + by)) & (uint)((1UL << Step) - 1);

    private static GeoCell Of(GeoPoint point, int step, GeoArea map)
    {
        double cells = 1UL << step;
        uint row = (uint)((point.Latitude - map.South) / (map.North - map.South) * cells);
        uint column = (uint)((point.Longitude - map.West) / (map.East - map.West) * cells);
        return new GeoCell(Interleave(row, column), step);
    }

    private static ulong Interleave(uint even, uint odd) => Spread(even) | (Spread(odd) << 1);

    // Each bit of the number to twice its place.
    private static ulong Spread(uint number)
    {
        ulong bits = number;
        bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFF;
        bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FF;
        bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0F;
        bits = (bits | (bits << 2)) & 0x3333333333333333;
        return (bits | (bits << 1)) & 0x5555555555555555;
    }

    private static uint Even(ulong bits)
    {
        bits &= 0x5555555555555555;
        bits = (bits | (bits >> 1)) & 0x3333333333333333;
        bits = (bits | (bits >> 2)) & 0x0F0F0F0F0F0F0F0F;
        bits = (bits | (bits >> 4)) & 0x00FF00FF00FF00FF;
        bits = (bits | (bits >> 8)) & 0x0000FFFF0000FFFF;
        return (uint)(bits | (bits >> 16));
    }
}
