using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Perf.Host;

/// <summary>What a reader has to know about the machine and the build to judge a figure.</summary>
internal static class Machine
{
    /// <summary>The facts by name; one that this system does not tell is "unknown".</summary>
    public static IReadOnlyDictionary<string, string> Describe() => new Dictionary<string, string>
    {
        ["cpu"] = FieldOf("/proc/cpuinfo", "model name"),
        ["cores"] = $"{Environment.ProcessorCount}",
        ["memory"] = FieldOf("/proc/meminfo", "MemTotal"),
        ["governor"] = FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        ["transparent_hugepage"] = FirstLine("/sys/kernel/mm/transparent_hugepage/enabled"),
        ["cgroup_cpu_max"] = FirstLine("/sys/fs/cgroup/cpu.max"),
        ["cgroup_memory_max"] = FirstLine("/sys/fs/cgroup/memory.max"),
        ["kernel"] = FirstLine("/proc/sys/kernel/osrelease"),
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = $"{RuntimeInformation.ProcessArchitecture}",
        ["dotnet"] = $"{Environment.Version}",
        ["network"] = "loopback",
        ["commit"] = Git("rev-parse", "HEAD"),
        ["uncommitted_changes"] = Git("status", "--porcelain").Length > 0 ? "yes" : "no",
    };

    private static string FirstLine(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault() ?? "unknown";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    private static string FieldOf(string file, string name)
    {
        if (!File.Exists(file))
            return "unknown";
        string? line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string Git(params string[] arguments)
    {
        if (Programs.Find("git") is not { } git)
            return "unknown";
        ProcessStartInfo start = new(git, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Programs.RepositoryRoot() };
        using Process? process = Process.Start(start);
        string text = process?.StandardOutput.ReadToEnd().Trim() ?? "";
        process?.WaitForExit();
        return process?.ExitCode == 0 ? text : "unknown";
    }
}
