namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>A kind of snapshot files: how records are written, where they go, and how the newest is found again.</summary>
internal interface ISnapshotKind
{
    /// <summary>How records are written.</summary>
    ISnapshotForm Form { get; }

    /// <summary>What the snapshot of a number is called, by a name that may have a place for the time in it.</summary>
    string FileName(string name, long id);

    /// <summary>Where it goes.</summary>
    ISnapshotSink Sink(string sink, SnapshotFolder folder, string name, long id, bool isEssential);

    /// <summary>The newest snapshot of a name, as far as a look at the directory tells; null if there is none.</summary>
    FoundSnapshot? FindNewest(SnapshotFolder folder, string name);
}
