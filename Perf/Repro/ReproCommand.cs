using System.CommandLine;

namespace DragonflyFlow.Perf.Repro;

/// <summary>The verb <c>repro</c>: experiments whose result is a claim with its evidence, for others to run again.</summary>
internal static class ReproCommand
{
    /// <summary>The verb with the experiments under it.</summary>
    public static Command Create() => new("repro", "Runs an experiment again: a claim, its evidence as CSV and drawings, and an exit code that says whether it holds.") { ShutdownVerb.Create() };
}
