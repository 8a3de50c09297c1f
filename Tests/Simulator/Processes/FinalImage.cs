using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>What a store holds in database 0 at one moment: strings and lists by key. It is what a run's clients' acknowledgements are held against.</summary>
internal sealed class FinalImage
{
    private readonly Dictionary<string, string> _strings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _lists = new(StringComparer.Ordinal);

    /// <summary>Reads the image as a client.</summary>
    public static async Task<FinalImage> ReadAsync(StoreEngine engine)
    {
        FinalImage image = new();
        // It reads as a client, after those whom a pause held back have been answered: the pause is not meant for it.
        engine.Pause.End();
        using DirectClient client = new(engine);
        RespValue keys = await client.CallAsync("KEYS", "*");
        foreach (string key in keys.Items.Select(item => item.Text).Order(StringComparer.Ordinal))
        {
            string type = (await client.CallAsync("TYPE", key)).Text;
            if (type == "string")
                image._strings[key] = (await client.CallAsync("GET", key)).Text;
            else if (type == "list")
                image._lists[key] = [.. (await client.CallAsync("LRANGE", key, "0", "-1")).Items.Select(item => item.Text)];
        }

        return image;
    }

    /// <summary>The number at a key; 0 if there is none.</summary>
    public long Number(string key) => _strings.TryGetValue(key, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    /// <summary>The list at a key; empty if there is none.</summary>
    public string[] List(string key) => _lists.GetValueOrDefault(key, []);
}
