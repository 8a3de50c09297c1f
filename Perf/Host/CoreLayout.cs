namespace DragonflyFlow.Perf.Host;

/// <summary>
/// Which cores server and load run on. Pinned: the server has the first core and the load the second, so that they do not steal each other's time.
/// </summary>
internal sealed record CoreLayout(int? ServerCore, int? LoadCore)
{
    private const string PinTool = "taskset";

    /// <summary>Nobody is pinned.</summary>
    public static CoreLayout Free { get; } = new(null, null);

    /// <summary>The layout that was asked for, or <see cref="Free"/> with the reason why it cannot be had.</summary>
    public static CoreLayout Choose(bool pinned, out string? whyNot)
    {
        whyNot = null;
        if (!pinned)
            return Free;
        if (Environment.ProcessorCount < 2)
            whyNot = "this machine has one core";
        else if (Programs.Find(PinTool) is null)
            whyNot = $"{PinTool} is not installed";
        return whyNot is null ? new CoreLayout(0, 1) : Free;
    }

    /// <summary>The command line that runs a program on one core, or the program itself where <paramref name="core"/> is null.</summary>
    public static IReadOnlyList<string> Wrap(int? core, IReadOnlyList<string> commandLine)
        => core is null ? commandLine : [PinTool, "-c", $"{core}", .. commandLine];
}
