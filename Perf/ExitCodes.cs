namespace DragonflyFlow.Perf;

/// <summary>Exit codes of this program.</summary>
internal static class ExitCodes
{
    /// <summary>All that was asked for was measured.</summary>
    public const int Done = 0;

    /// <summary>Something could not be measured, or the command line is wrong.</summary>
    public const int Failed = 1;

    /// <summary>A target was missed, and <c>--strict</c> asked to be told.</summary>
    public const int TargetMissed = 3;

    /// <summary>The exit code of a run that failed in part, or missed a target that it was strict about.</summary>
    public static int Of(bool failed, bool missed) => failed ? Failed : missed ? TargetMissed : Done;
}
