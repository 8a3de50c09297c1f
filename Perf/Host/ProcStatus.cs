using System.Globalization;

namespace DragonflyFlow.Perf.Host;

/// <summary>Memory of one process, as /proc/PID/status tells it.</summary>
internal static class ProcStatus
{
    private const string ResidentLabel = "VmRSS:";

    /// <summary>Resident bytes of a live process.</summary>
    public static long ReadResidentBytes(int pid) => ParseResidentBytes(File.ReadAllText($"/proc/{pid}/status"));

    /// <summary>Finds the VmRSS line, whose unit is always kB (1024 bytes).</summary>
    public static long ParseResidentBytes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(ResidentLabel, StringComparison.Ordinal))
                continue;
            ReadOnlySpan<char> number = line[ResidentLabel.Length..].Trim();
            int end = number.IndexOf(' ');
            return 1024 * long.Parse(end < 0 ? number : number[..end], CultureInfo.InvariantCulture);
        }

        throw new FormatException("No VmRSS line: the process has ended.");
    }
}
