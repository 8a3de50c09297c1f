using System.Text;
using System.Text.Json;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Writes a report of a stop, piece by piece: a serializer finds out at run time how to write each type, and all that is compiled for it is used once, at the end
/// of the process (80 ms of a stop).
/// </summary>
internal static class StopReportText
{
    /// <summary>The report as one line of JSON, with the names that <see cref="StopReport.FromJson"/> reads.</summary>
    public static string Of(StopReport report)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
            Write(json, report);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void Write(Utf8JsonWriter json, StopReport report)
    {
        json.WriteStartObject();
        json.WriteString("verdict", report.Verdict.ToString());
        json.WriteNumber("durationMs", report.DurationMs);
        json.WriteNumber("liveBlocks", report.LiveBlocks);
        json.WriteStartArray("stages");
        foreach (StageReport stage in report.Stages)
            Write(json, stage);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StageReport stage)
    {
        json.WriteStartObject();
        json.WriteString("stage", stage.Stage.ToString());
        json.WriteNumber("durationMs", stage.DurationMs);
        json.WriteNumber("blocks", stage.Blocks);
        WriteCounts(json, stage.Drained, stage.Refused, stage.Failed, stage.Abandoned);
        json.WriteStartArray("problems");
        foreach (BlockReport block in stage.Problems)
            Write(json, block);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BlockReport block)
    {
        json.WriteStartObject();
        json.WriteString("name", block.Name);
        json.WriteString("verdict", block.Verdict.ToString());
        WriteCounts(json, block.Drained, block.Refused, block.Failed, block.Abandoned);
        json.WriteString("reason", block.Reason);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, long drained, long refused, long failed, long abandoned)
    {
        json.WriteNumber("drained", drained);
        json.WriteNumber("refused", refused);
        json.WriteNumber("failed", failed);
        json.WriteNumber("abandoned", abandoned);
    }
}
