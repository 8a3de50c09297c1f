// Any thread; it holds nothing but names.

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>The directory that snapshots are in. What is being written has a name that ends with .tmp; it gets its own when it is whole and on the disk.</summary>
internal sealed class SnapshotFolder(IDisk disk, string directory)
{
    private readonly string _directory = directory.Length == 0 ? "." : directory;

    /// <summary>What a file is called while it is written.</summary>
    public static string Temporary(string fileName) => fileName + ".tmp";

    /// <summary>The path of a file here.</summary>
    public string PathOf(string fileName) => Path.Combine(_directory, fileName);

    /// <summary>A file here; null if there is none of this name.</summary>
    public DiskFile? Find(string fileName)
    {
        foreach (DiskFile file in disk.List(_directory))
        {
            if (file.Name == fileName)
                return file;
        }

        return null;
    }

    /// <summary>Makes a file; one that an interrupted snapshot left under this name is replaced.</summary>
    public IDiskWriter Create(string fileName)
    {
        disk.Delete(PathOf(fileName));
        return disk.Create(PathOf(fileName));
    }

    /// <summary>Opens a file.</summary>
    public IDiskReader Open(string fileName) => disk.Open(PathOf(fileName));

    /// <summary>Gives a file its name, and makes that durable.</summary>
    public void Publish(string temporary, string fileName)
    {
        disk.Rename(PathOf(temporary), PathOf(fileName));
        disk.FlushDirectory(_directory);
    }

    /// <summary>Removes a file if that is possible: what cannot be removed is replaced by the next snapshot.</summary>
    public void TryDelete(string fileName)
    {
        try
        {
            disk.Delete(PathOf(fileName));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Nobody takes it for a snapshot: its name says that it is none.
        }
    }
}
