namespace DragonflyFlow.Storage.Formats;

/// <summary>What a reader of a snapshot file made of the bytes it was given.</summary>
public enum SnapshotReadStatus
{
    /// <summary>The next item was read.</summary>
    Item,

    /// <summary>The next item is not there whole: it has to be asked again with the same bytes and more behind them.</summary>
    NeedMore,

    /// <summary>The file is damaged, cut off or of a kind that cannot be read; the reader says why, and says so whenever it is asked again.</summary>
    Bad,
}
