using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.Processes;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>What a store holds before a trial begins.</summary>
internal static class StoreFill
{
    /// <summary>The line that each list begins with: lists that exist make no table grow under a walk.</summary>
    public const string FirstLine = "first";

    /// <summary>Writes strings that nobody changes afterwards, and the lists that clients will append to.</summary>
    public static async Task RunAsync(StoreEngine engine, int strings, IEnumerable<string> lists)
    {
        using DirectClient client = new(engine);
        for (int i = 0; i < strings; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"key:{i}");
            await client.CallAsync("SET", key, key);
        }

        foreach (string list in lists)
            await client.CallAsync("RPUSH", list, FirstLine);
    }
}
