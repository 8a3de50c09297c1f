using System.Text.Json;
using System.Text.Json.Serialization;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How the whole stop went.</summary>
/// <param name="Verdict">The worst that happened.</param>
/// <param name="DurationMs">The whole time.</param>
/// <param name="LiveBlocks">Blocks that have not ended; zero unless the verdict is <see cref="StopVerdict.Stuck"/>.</param>
/// <param name="Stages">The stages that had blocks, in order.</param>
public sealed record StopReport(StopVerdict Verdict, double DurationMs, int LiveBlocks, IReadOnlyList<StageReport> Stages)
{
    /// <summary>The blocks that did not stop cleanly.</summary>
    [JsonIgnore]
    public IEnumerable<BlockReport> Problems => Stages.SelectMany(stage => stage.Problems);

    /// <summary>The report as one line of JSON.</summary>
    public string ToJson() => StopReportText.Of(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not a report.</exception>
    public static StopReport FromJson(string json) => JsonSerializer.Deserialize(json, StopReportJson.Default.StopReport) ?? throw new JsonException("Not a stop report.");
}

/// <summary>How reports are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StopReport))]
internal sealed partial class StopReportJson : JsonSerializerContext;
