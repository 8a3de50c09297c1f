// Owner: the shard.

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>
/// What something costs, from what it has cost lately. A thread that was taken off the processor in the midst of it looks slow, at the first time too, and no thread looks fast by chance: the estimate
/// falls sooner than it rises, and what is seen counts as four times the estimate at most, for by a thing a thousand times too dear a walk would rest for minutes.
/// </summary>
/// <param name="ticks">What it is taken to cost before any has been seen.</param>
internal sealed class CostEstimate(double ticks)
{
    private const int SmoothingUp = 16;
    private const int SmoothingDown = 4;
    private const int TimesMax = 4;

    // A clock that stood still says that it costs nothing: the estimate has to come back from there.
    private readonly double _least = ticks / SmoothingUp;

    /// <summary>The estimate.</summary>
    public double Ticks { get; private set; } = ticks;

    /// <summary>It took so long this time.</summary>
    public void Saw(double ticks)
        => Ticks += (Math.Min(ticks, TimesMax * Math.Max(Ticks, _least)) - Ticks) / (ticks < Ticks ? SmoothingDown : SmoothingUp);
}
