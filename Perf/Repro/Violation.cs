using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>One thing that a stop must not do.</summary>
/// <param name="Name">Its name, as columns have it.</param>
/// <param name="Meaning">What it is, for people.</param>
/// <param name="Of">How often a trial did it.</param>
internal sealed record Violation(string Name, string Meaning, Func<TrialResult, long> Of)
{
    /// <summary>All of them, the gravest first.</summary>
    public static IReadOnlyList<Violation> All { get; } =
    [
        new("touches", "memory was used after it had been freed: checked memory counts every access to a freed block", result => result.Touches),
        new("lost", "a write that a client had an answer to is not in the store when its last image is taken", result => result.Lost),
        new("doubled", "a write is there twice, or is there although its client was told that it was refused", result => result.Doubled),
        new("torn", "a receiver got the end mark of a stream, and lacks a key or has one twice", result => result.Torn),
        new("hung", "a block had to be given up at its deadline, or the stop did not end", result => result.Hung),
        new("leaked", "after the stop there are blocks, native bytes, leases, clients, sockets or timers", result => result.Leaked),
        new("faulted", "a block faulted, a task failed unobserved, or a client got what is no reply", result => result.Faulted),
    ];

    /// <summary>How many of the trials did it.</summary>
    public int TrialsIn(IEnumerable<TrialResult> results) => results.Count(result => Of(result) > 0);

    /// <summary>How often all trials together did it.</summary>
    public long SumOf(IEnumerable<TrialResult> results) => results.Sum(Of);
}
