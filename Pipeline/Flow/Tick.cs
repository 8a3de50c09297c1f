namespace DragonflyFlow.Pipeline.Flow;

/// <summary>One tick of a <see cref="Ticker"/>.</summary>
/// <param name="Number">Counts from 1; a tick that was coalesced into another has no number.</param>
/// <param name="Coalesced">Ticks that fell due while the one before was being handled, and became this one.</param>
public readonly record struct Tick(long Number, long Coalesced);
