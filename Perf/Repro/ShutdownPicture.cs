using DragonflyFlow.Perf.Report.Svg;

namespace DragonflyFlow.Perf.Repro;

/// <summary>The three orders as a picture: the same row of blocks, and when each of them stops.</summary>
internal static class ShutdownPicture
{
    private const int Left = 16, BoxTop = 52, BoxWidth = 96, BoxHeight = 44, Pitch = 116, StripHeight = 158;
    private const int Walk = 3, Memory = 7;

    private static readonly string[] Blocks = ["listener", "sessions", "router", "walk", "encode", "sink", "final image", "shard memory"];

    /// <summary>Draws it.</summary>
    public static SvgDrawing Draw()
    {
        SvgDrawing drawing = new(960, 3 * StripHeight, "Three orders in which a store can stop");
        Strip(drawing, 0, "upstream-first", "each block completes when all that feeds it has ended; memory goes last", at => at + 1);
        Strip(drawing, 1, "downstream-first", "what is fed stops before what feeds it: memory goes first", at => Blocks.Length - at);
        Strip(drawing, 2, "abrupt", "all are told at once and nobody is waited for", _ => 1);
        return drawing;
    }

    private static void Strip(SvgDrawing drawing, int strip, string order, string story, Func<int, int> turn)
    {
        double top = strip * StripHeight;
        bool isSafe = turn(Walk) < turn(Memory);
        drawing.Box(Left, top + 9, 14, 14, $"s{strip}", round: 3);
        drawing.Text(Left + 22, top + 21, order, "big");
        drawing.Text(Left + 184, top + 21, story, "soft");
        for (int at = 0; at < Blocks.Length; at++)
            Block(drawing, at, top + BoxTop, turn(at), isBad: at == Memory && !isSafe);
        Reads(drawing, top + BoxTop + BoxHeight, isSafe);
    }

    private static void Block(SvgDrawing drawing, int at, double top, int turn, bool isBad)
    {
        double left = Left + 6 + (at * Pitch);
        if (at > 0)
            drawing.Curve($"M{SvgDrawing.N(left - Pitch + BoxWidth)} {SvgDrawing.N(top + (BoxHeight / 2))}H{SvgDrawing.N(left - 3)}m-5 -4 5 4 -5 4", "axis");
        drawing.Box(left, top, BoxWidth, BoxHeight, isBad ? "boxbad" : "box", round: 7);
        drawing.Text(left + (BoxWidth / 2), top + (BoxHeight / 2) + 4, Blocks[at], "small", "middle");
        drawing.Disc(left + 8, top - 1, 10, isBad ? "discbad" : "disc");
        drawing.Text(left + 8, top + 3, $"{turn}", "ondisc strong tiny", "middle");
    }

    // The arrow that no dataflow shows: the walk reads memory that stands at the other end of the row.
    private static void Reads(SvgDrawing drawing, double bottom, bool isSafe)
    {
        double from = Left + 6 + (Walk * Pitch) + (BoxWidth / 2), to = Left + 6 + (Memory * Pitch) + (BoxWidth / 2), low = bottom + 26;
        drawing.Curve(
            $"M{SvgDrawing.N(from)} {SvgDrawing.N(bottom + 2)}V{SvgDrawing.N(low - 8)}q0 8 8 8H{SvgDrawing.N(to - 8)}q8 0 8 -8V{SvgDrawing.N(bottom + 5)}m-4 6 4 -6 4 6", isSafe ? "fine" : "bad");
        drawing.Text((from + to) / 2, low + 17, isSafe ? "reads memory until it has ended; then memory is released" : "still reads what has been freed: dragonfly#4234", isSafe ? "small" : "small alarm strong", "middle");
    }
}
