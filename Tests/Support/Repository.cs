using System.Reflection;

namespace DragonflyFlow.Tests.Support;

/// <summary>The project's own files, for tests over source, project files and pages.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution, found upwards of the test assembly.</summary>
    public static string Root { get; } = Find(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!);

    /// <summary>The text of a file, by its path from the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Files of a kind under a folder, as paths from the root with '/'; what is built or fetched is left out.</summary>
    public static IEnumerable<string> Files(string pattern, string folder = "") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or ".git" or "TestResults" or "BenchmarkDotNet.Artifacts"))
            .Order(StringComparer.Ordinal);

    private static string Find(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "DragonflyFlow.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"No DragonflyFlow.sln upwards of {folder}: tests over source run from a working copy.");
    }
}
