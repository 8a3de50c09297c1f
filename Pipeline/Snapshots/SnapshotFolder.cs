// Any thread; it holds nothing but names.

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>The directory that snapshots are in. What is being written has a name that ends with .tmp; it gets its own when it is whole and on the disk.</summary>
internal sealed class SnapshotFolder(IDisk disk, string directory)
{
    /// <summary>What the name of a file ends with while it is written.</summary>
    public const string TemporaryEnd = ".tmp";

    private readonly string _directory = directory.Length == 0 ? "." : directory;

    /// <summary>What a file is called while it is written.</summary>
    public static string Temporary(string fileName) => fileName + TemporaryEnd;

    /// <summary>The path of a file here.</summary>
    public string PathOf(string fileName) => Path.Combine(_directory, fileName);

    /// <summary>The files here.</summary>
    public IReadOnlyList<DiskFile> List() => disk.List(_directory);

    /// <summary>A file here; null if there is none of this name.</summary>
    public DiskFile? Find(string fileName)
    {
        foreach (DiskFile file in List())
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

    /// <summary>Gives files that were written under temporary names their own, and makes that durable.</summary>
    public void Publish(params IEnumerable<string> fileNames)
    {
        foreach (string fileName in fileNames)
            disk.Rename(PathOf(Temporary(fileName)), PathOf(fileName));
        disk.FlushDirectory(_directory);
    }

    /// <summary>Removes a file if that is possible; false if it is not: then its name says that it is no snapshot, or it is a whole one.</summary>
    public bool TryDelete(string fileName)
    {
        try
        {
            disk.Delete(PathOf(fileName));
            return true;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
