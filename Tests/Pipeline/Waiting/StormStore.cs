using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>What the keys of a storm hold: as the store shows them, or as changes must leave them before anybody who waits is served.</summary>
internal sealed class StormStore
{
    internal static readonly string[] Lists = ["l0", "l1", "l2", "spare"];
    internal static readonly string[] SortedSets = ["z0", "z1"];
    internal const string Stream = "x";

    private readonly Dictionary<string, List<string>> _elements = [];
    private readonly Dictionary<string, string> _types = [];

    private static IEnumerable<string> All => [.. Lists, .. SortedSets, Stream];

    /// <summary>Elements of all lists and sorted sets.</summary>
    internal IEnumerable<string> Elements => _elements.Values.SelectMany(list => list);

    /// <summary>Reads all keys.</summary>
    internal static StormStore Read(InProcessClient client)
    {
        StormStore store = new();
        foreach (string key in All)
        {
            string type = client.Ask("TYPE", key).Text;
            if (type == "none")
                continue;
            store._types[key] = type;
            if (type is "list" or "zset")
                store._elements[key] = [.. client.Ask(type == "list" ? "LRANGE" : "ZRANGE", key, "0", "-1").Items.Select(item => item.Text)];
        }

        return store;
    }

    /// <summary>The elements of a key of this type; empty if it holds something else or nothing.</summary>
    internal List<string> Of(string key, string type) => _types.GetValueOrDefault(key) == type && _elements.TryGetValue(key, out List<string>? list) ? list : [];

    internal bool HasOther(string key, string type) => _types.TryGetValue(key, out string? held) && held != type;

    /// <summary>Applies a command that does not wait, as Redis would: on a key of another type it does nothing. Scores are positions in order of arrival.</summary>
    internal void Apply(string[] command)
    {
        string key = command[1];
        switch (command[0])
        {
            case "RPUSH" when !HasOther(key, "list"):
                ListOf(key, "list").AddRange(command[2..]);
                break;
            case "LPUSH" when !HasOther(key, "list"):
                ListOf(key, "list").InsertRange(0, command[2..].Reverse());
                break;
            case "ZADD" when !HasOther(key, "zset"):
                ListOf(key, "zset").AddRange(command[2..].Where((_, i) => i % 2 == 1));
                break;
            case "XADD" when !HasOther(key, "stream"):
                _types[key] = "stream";
                break;
            case "LPOP" when Of(key, "list").Count > 0:
                Take(key, fromEnd: false, 1);
                break;
            case "SET":
                Remove(key);
                _types[key] = "string";
                break;
            case "DEL":
                Remove(key);
                break;
            case "RENAME" when _types.TryGetValue(key, out string? type):
                List<string>? moved = _elements.GetValueOrDefault(key);
                Remove(key);
                Remove(command[2]);
                _types[command[2]] = type;
                if (moved is not null)
                    _elements[command[2]] = moved;
                break;
        }
    }

    /// <summary>Takes elements off a key, which is gone when it is empty.</summary>
    internal string[] Take(string key, bool fromEnd, int count)
    {
        List<string> list = _elements[key];
        count = Math.Min(count, list.Count);
        string[] taken = fromEnd ? [.. Enumerable.Reverse(list).Take(count)] : [.. list.Take(count)];
        list.RemoveRange(fromEnd ? list.Count - count : 0, count);
        if (list.Count == 0)
            Remove(key);
        return taken;
    }

    private void Remove(string key)
    {
        _types.Remove(key);
        _elements.Remove(key);
    }

    private List<string> ListOf(string key, string type)
    {
        _types[key] = type;
        return _elements.TryGetValue(key, out List<string>? list) ? list : _elements[key] = [];
    }
}
