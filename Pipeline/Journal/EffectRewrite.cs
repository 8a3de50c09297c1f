using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>
/// Writes what a command that has changed something has done, where its own words would not do: they are relative to the clock, random, or say less than the
/// reply, which lies in the call's buffer from <paramref name="replyStart"/> on. False if it has written nothing: the changed keys are written as they are.
/// </summary>
internal delegate bool EffectRewrite(ref CommandCall call, int replyStart, EffectWriter effects);
