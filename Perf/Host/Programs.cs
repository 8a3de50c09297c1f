namespace DragonflyFlow.Perf.Host;

/// <summary>Finds programs and the repository on this machine.</summary>
internal static class Programs
{
    private const string SolutionFile = "DragonflyFlow.sln";

    /// <summary>The full path of a program: itself if it is a path that exists, else the first match on PATH; null if there is none.</summary>
    public static string? Find(string name)
    {
        if (name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The folder that holds the solution: the current folder or one above it, else one above this program.</summary>
    public static string RepositoryRoot()
        => RootAbove(Directory.GetCurrentDirectory())
            ?? RootAbove(AppContext.BaseDirectory)
            ?? throw new DirectoryNotFoundException($"No {SolutionFile} above the current folder: run this inside the repository.");

    private static string? RootAbove(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionFile)))
                return folder.FullName;
        }

        return null;
    }
}
