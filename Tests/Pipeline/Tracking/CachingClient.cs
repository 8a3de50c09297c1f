using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Tracking;

/// <summary>A client with a cache of its own, as client libraries keep one: it reads what it does not have and drops what it is told of.</summary>
internal sealed class CachingClient : IDisposable
{
    private const string Message = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$";

    private readonly InProcessClient _client;

    private CachingClient(StoreEngine engine)
    {
        _client = new InProcessClient(engine);
        _client.Execute("HELLO", "3");
        _client.Execute("CLIENT", "TRACKING", "ON");
    }

    /// <summary>What it believes to be there, as replies.</summary>
    internal Dictionary<string, string> Cached { get; } = [];

    /// <summary>Cached keys that it was told of.</summary>
    internal int Invalidated { get; private set; }

    /// <summary>Reads until it has been told of so many keys that it had, or of the end.</summary>
    internal static CachingClient Run(StoreEngine engine, int seed, int toldMax, CancellationToken end)
    {
        CachingClient client = new(engine);
        Random random = new(seed);
        while (client.Invalidated < toldMax && !end.IsCancellationRequested)
        {
            string key = $"{"kn"[random.Next(2)]}{random.Next(20)}";
            if (client.Cached.ContainsKey(key))
                client.Receive();
            else
                client.Read(key);
        }

        return client;
    }

    /// <summary>Takes what has come.</summary>
    internal void Receive() => Drop(_client.Receive());

    public void Dispose() => _client.Dispose();

    // The reply comes first, then what has changed since it was given.
    private void Read(string key)
    {
        string text = _client.Execute("GET", key);
        int end = text.IndexOf(Message, StringComparison.Ordinal);
        Cached[key] = end < 0 ? text : text[..end];
        if (end >= 0)
            Drop(text[end..]);
    }

    private void Drop(string text)
    {
        for (int at = text.IndexOf(Message, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Message, at + 1, StringComparison.Ordinal))
        {
            string key = text[(at + Message.Length)..].Split("\r\n")[1];
            Invalidated += Cached.Remove(key) ? 1 : 0;
        }
    }
}
