using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// Runs generated sequences of steps. A failure shows the shortest sequence found and its seed, as "(seed,gamma)"; with DFLOW_REPLAY="seed,gamma" the same
/// run is made again.
/// </summary>
internal static class ModelCheck
{
    /// <summary>Runs <paramref name="body"/> on <paramref name="count"/> sequences of up to <paramref name="lengthMax"/> steps; it fails by throwing.</summary>
    internal static void Run<T>(Gen<T> steps, Action<T[]> body, int count = 100, int lengthMax = 100) =>
        Check.One(Configure(count, lengthMax), Prop.ForAll(Arb.From(Gen.ArrayOf(steps), Shorter), body));

    /// <summary>The settings of such a run, for properties of another form.</summary>
    internal static Config Configure(int count = 100, int sizeMax = 100)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(sizeMax);
        if (Environment.GetEnvironmentVariable("DFLOW_REPLAY") is { Length: > 0 } replay)
        {
            ulong[] seed = Array.ConvertAll(replay.Split(','), ulong.Parse);
            config = config.WithReplay(seed[0], seed[1]);
        }

        return config;
    }

    // Without one half, one quarter ... one step.
    private static IEnumerable<T[]> Shorter<T>(T[] sequence)
    {
        for (int chunk = (sequence.Length + 1) / 2; chunk > 0; chunk = chunk == 1 ? 0 : (chunk + 1) / 2)
        {
            for (int start = 0; start < sequence.Length; start += chunk)
            {
                int end = Math.Min(start + chunk, sequence.Length);
                yield return [.. sequence[..start], .. sequence[end..]];
            }
        }
    }
}
