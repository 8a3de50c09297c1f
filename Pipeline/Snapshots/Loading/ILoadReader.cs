namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>Reads one file of a snapshot.</summary>
internal interface ILoadReader : IDisposable
{
    /// <summary>
    /// Reads on and gives records to the router until a batch is full or what has been read is used up; false when the file has ended in order.
    /// <paramref name="read"/> is told how many bytes came from the disk.
    /// </summary>
    /// <exception cref="LoadException">The file is damaged, cut off or cannot be read.</exception>
    ValueTask<bool> ReadAsync(LoadRouter router, Action<long> read);
}
