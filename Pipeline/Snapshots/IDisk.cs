namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// Files as snapshots need them (DESIGN rule 20), injected: the server gives the file system, tests and the simulator a disk that tears, loses and fills up. All
/// members throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> with a message that names the file.
/// </summary>
public interface IDisk
{
    /// <summary>The files in a directory, not those below it.</summary>
    IReadOnlyList<DiskFile> List(string directory);

    /// <summary>Makes a file that must not exist yet, for writing from its start.</summary>
    IDiskWriter Create(string path);

    /// <summary>Opens a file for reading from its start.</summary>
    IDiskReader Open(string path);

    /// <summary>Gives a file another name in the same directory, replacing what has it; either name is there at any moment.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing happens if there is none.</summary>
    void Delete(string path);

    /// <summary>Makes names that were given, changed or removed in a directory outlive a loss of power.</summary>
    void FlushDirectory(string directory);
}

/// <summary>A file in a directory.</summary>
/// <param name="Name">Its name, without the directory.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="ModifiedMs">Unix milliseconds of its last change.</param>
public readonly record struct DiskFile(string Name, long Bytes, long ModifiedMs);

/// <summary>A file being written. One write at a time.</summary>
public interface IDiskWriter : IDisposable
{
    /// <summary>Appends bytes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends when what was written is on the disk, not only in the system's memory.</summary>
    ValueTask FlushAsync();
}

/// <summary>A file being read.</summary>
public interface IDiskReader : IDisposable
{
    /// <summary>Its length when it was opened.</summary>
    long Bytes { get; }

    /// <summary>Reads on; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> into);
}
