using DragonflyFlow.Perf.Report;

namespace DragonflyFlow.Perf.Transactions;

/// <summary>All cases of a run, round by round, each under every policy one behind the other.</summary>
internal static class TxSweep
{
    /// <summary>Measures them.</summary>
    public static async Task<IReadOnlyList<TxResult>> RunAsync(TxOptions options, TimeProvider time, CancellationToken cancellation)
    {
        TxCase[] cases = [.. options.Cases()];
        List<TxResult> results = [];
        await Screen.WatchAsync(async sink =>
        {
            sink.Announce(cases.Length * options.Rounds * options.Policies.Count);
            for (int round = 1; round <= options.Rounds; round++)
            {
                foreach (TxCase load in cases)
                {
                    foreach (string policy in options.Policies)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        sink.Step($"round {round}: {policy}, {load.MultiPercent}% over {load.KeysPerTransaction} keys, skew {load.SkewHundredths / 100.0:0.00}");
                        results.Add(await TxRun.RunAsync(options, load, policy, round, time));
                    }
                }
            }

            return results.Count;
        });
        return results;
    }
}
