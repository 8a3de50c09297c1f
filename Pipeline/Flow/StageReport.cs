namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How one stage stopped.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="DurationMs">From its first Complete to the end of its last block.</param>
/// <param name="Blocks">How many blocks it had.</param>
/// <param name="Drained">Messages handled since the stop began.</param>
/// <param name="Refused">Messages refused since the stop began.</param>
/// <param name="Failed">Messages whose handler threw since the stop began.</param>
/// <param name="Abandoned">Messages inside that are lost.</param>
/// <param name="Problems">The blocks that did not stop cleanly.</param>
public sealed record StageReport(
    Stage Stage, double DurationMs, int Blocks, long Drained, long Refused, long Failed, long Abandoned, IReadOnlyList<BlockReport> Problems)
{
    internal static StageReport Of(Stage stage, double durationMs, IReadOnlyCollection<BlockReport> blocks) => new(
        stage,
        durationMs,
        blocks.Count,
        blocks.Sum(block => block.Drained),
        blocks.Sum(block => block.Refused),
        blocks.Sum(block => block.Failed),
        blocks.Sum(block => block.Abandoned),
        [.. blocks.Where(block => block.Verdict != StopVerdict.Clean)]);
}
