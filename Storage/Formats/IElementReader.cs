namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Walks the elements of a packed form that came from outside and may be damaged: every step looks at its bounds. Made, it stands before the first element.
/// </summary>
internal interface IElementReader
{
    /// <summary>The element that the walk is at; good for this step and the next.</summary>
    ReadOnlySpan<byte> Current { get; }

    /// <summary>Whether the walk ended because what it read makes no sense.</summary>
    bool IsDamaged { get; }

    /// <summary>To the next element; false behind the last one and where damage was found.</summary>
    bool MoveNext();
}
