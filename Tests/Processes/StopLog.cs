namespace DragonflyFlow.Tests.Processes;

/// <summary>What a server has logged by the end of a stop that must have gone in order.</summary>
internal static class StopLog
{
    private const string Fault = "fault";

    private static readonly string[] Words = [Fault, "Unbalanced", "TimedOut", "bug in the server", "did not stop"];

    /// <summary>Asserts that everything ended and nothing went wrong; <paramref name="mayTellOfFaults"/> where the other end of its links has been stopped.</summary>
    public static void IsClean(string log, bool mayTellOfFaults = false)
    {
        foreach (string word in Words)
            Assert.IsFalse(!(mayTellOfFaults && word == Fault) && log.Contains(word, StringComparison.OrdinalIgnoreCase), $"'{word}' in:\n{log}");
        StringAssert.Contains(log, "Clean, 0 live blocks");
    }

    /// <summary>Whether the stop came into a snapshot.</summary>
    public static bool TellsOfSnapshot(string log) => log.Contains("nothing is left of it: the store stops", StringComparison.Ordinal);
}
