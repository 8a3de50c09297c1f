using System.Globalization;

namespace DragonflyFlow.Perf.Host;

/// <summary>CPU time of one process, all its threads, as /proc/PID/stat tells it.</summary>
internal readonly record struct ProcStat(int Pid, string Name, char State, long UserTicks, long SystemTicks)
{
    /// <summary>USER_HZ: part of the kernel's interface, 100 on every architecture that .NET runs on. One tick is 10 ms.</summary>
    public const int TicksPerSecond = 100;

    // Fields after the name, counted from the state, which is the third of the line (proc(5)).
    private const int UserField = 11;
    private const int SystemField = 12;

    /// <summary>Seconds of CPU, user and kernel.</summary>
    public double CpuSeconds => (double)(UserTicks + SystemTicks) / TicksPerSecond;

    /// <summary>Seconds of CPU in user space.</summary>
    public double UserSeconds => (double)UserTicks / TicksPerSecond;

    /// <summary>Seconds of CPU in the kernel.</summary>
    public double SystemSeconds => (double)SystemTicks / TicksPerSecond;

    /// <summary>Reads the live figures of a process.</summary>
    public static ProcStat Read(int pid) => Parse(File.ReadAllText($"/proc/{pid}/stat"));

    /// <summary>Parses one line. The name stands in parentheses and may itself hold spaces and parentheses, so the last one counts.</summary>
    public static ProcStat Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        int open = line.IndexOf('(', StringComparison.Ordinal);
        int close = line.LastIndexOf(')');
        if (open < 0 || close < open)
            throw new FormatException("A line of /proc/PID/stat holds the process name in parentheses.");
        string[] fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= SystemField)
            throw new FormatException($"A line of /proc/PID/stat has more than {SystemField} fields after the name; this one has {fields.Length}.");
        return new ProcStat(
            int.Parse(line.AsSpan(0, open), NumberStyles.Integer | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture),
            line[(open + 1)..close],
            fields[0][0],
            long.Parse(fields[UserField], CultureInfo.InvariantCulture),
            long.Parse(fields[SystemField], CultureInfo.InvariantCulture));
    }
}
