using DragonflyFlow.Pipeline.Snapshots.Loading;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>A snapshot that can be loaded, if it is what it seems to be.</summary>
/// <param name="ModifiedMs">When it got its name, in Unix milliseconds.</param>
/// <param name="OpenAsync">Looks into it: what is to be loaded. Throws <see cref="LoadException"/> if it is none.</param>
internal sealed record FoundSnapshot(long ModifiedMs, Func<ValueTask<LoadSource>> OpenAsync);
