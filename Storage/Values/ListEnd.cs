namespace DragonflyFlow.Storage.Values;

/// <summary>One of the two ends of a list, in the words of LMOVE.</summary>
public enum ListEnd
{
    /// <summary>The head, index 0.</summary>
    Left,

    /// <summary>The tail, index -1.</summary>
    Right,
}
