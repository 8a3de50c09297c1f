using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>A rule of <c>save</c>.</summary>
/// <param name="Seconds">So long ago the last snapshot must be.</param>
/// <param name="Changes">So many changes there must be since.</param>
public sealed record SavePoint(long Seconds, long Changes);

/// <summary>The rules of <c>save</c>: a snapshot is begun when one of them holds. None: only on request.</summary>
/// <param name="All">The rules, in order.</param>
public sealed record SavePoints(IReadOnlyList<SavePoint> All)
{
    /// <summary>No rule.</summary>
    public static SavePoints None { get; } = new([]);

    /// <inheritdoc />
    public override string ToString()
        => string.Join(' ', All.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Seconds} {point.Changes}")));
}
