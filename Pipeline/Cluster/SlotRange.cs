using System.Globalization;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>Hash slots from one to another, both included.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The last.</param>
public readonly record struct SlotRange(int Start, int End)
{
    /// <summary>As CLUSTER NODES shows it: "7" or "0-5460".</summary>
    public override string ToString()
        => Start == End ? Start.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Start}-{End}");
}
