namespace DragonflyFlow.Storage.Values;

/// <summary>A hash or a sorted set that is being built.</summary>
public interface IPairBuilder : IValueBuilder
{
    /// <summary>Adds a field and its value, or a member and its score as text; false if it cannot be: it is there, or the score is no number.</summary>
    bool TryAdd(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);
}
