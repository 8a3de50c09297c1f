namespace DragonflyFlow.Storage.Values;

/// <summary>A list or a set that is being built.</summary>
public interface IElementBuilder : IValueBuilder
{
    /// <summary>Adds an element; false if it cannot be: the set has it.</summary>
    bool TryAdd(ReadOnlySpan<byte> element);
}
