namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>What a streamer sends in one piece: some keys of its shard or, as the last piece, the mark that it has sent all.</summary>
internal sealed record StreamPart(IReadOnlyList<string> Keys, bool IsEnd);
