using System.Globalization;
using DragonflyFlow.Perf.Micro;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Transactions;

/// <summary>
/// One client in process: its commands are encoded before the clock runs; each is sent when the one before it has been answered. Half of the commands over several
/// keys are reads, MGET; the others are MSET and, every other time, a MULTI of SETs.
/// </summary>
internal sealed class TxClient : ISessionOwner, IDisposable
{
    private const int Distinct = 4096;
    private const string Value = "0123456789abcdef";

    private readonly SemaphoreSlim _turn = new(0);
    private readonly InputBuffer _input = new();
    private readonly Session _session;
    private readonly byte[][] _requests;

    public TxClient(StoreEngine engine, TxCase load, ZipfKeys keys, int seed)
    {
        _session = engine.Open(this, new SessionPeer("tx", "tx"));
        Random random = new(seed);
        _requests = [.. Enumerable.Range(0, Distinct).Select(i => Request(i, load, keys, random))];
    }

    /// <summary>Error replies: none, or the figures mean nothing.</summary>
    public int Errors { get; private set; }

    /// <summary>The name of a key.</summary>
    public static string KeyOf(int number) => "key:" + number.ToString(CultureInfo.InvariantCulture);

    public void Resume() => _turn.Release();

    public void Kill(string reason) => throw new InvalidOperationException(reason);

    /// <summary>Sends so many commands.</summary>
    public void Run(int commands)
    {
        for (int i = 0; i < commands; i++)
            Send(_requests[i % Distinct]);
    }

    /// <summary>Sends one request and waits for what it answers.</summary>
    public void Send(ReadOnlySpan<byte> request)
    {
        RequestBytes.Receive(_input, request);
        while (true)
        {
            SessionProgress progress = _session.Advance(_input);
            if (progress == SessionProgress.Waiting)
            {
                _turn.Wait();
                continue;
            }

            if (_session.Output.Span is [(byte)'-', ..])
                Errors++;
            _session.OutputSent();
            if (progress != SessionProgress.Again)
                return;
        }
    }

    public void Dispose()
    {
        _session.Closed();
        _input.Release();
        _turn.Dispose();
    }

    private static byte[] Request(int index, TxCase load, ZipfKeys keys, Random random)
    {
        if (random.Next(100) >= load.MultiPercent)
        {
            string key = KeyOf(keys.Next(random));
            return index % 2 == 0 ? RequestBytes.Of("GET", key) : RequestBytes.Of("SET", key, Value);
        }

        string[] several = [.. Enumerable.Range(0, load.KeysPerTransaction).Select(_ => KeyOf(keys.Next(random)))];
        return (index % 4) switch
        {
            0 or 2 => RequestBytes.Of(["MGET", .. several]),
            1 => RequestBytes.Of(["MSET", .. several.SelectMany(key => new[] { key, Value })]),
            _ => [.. RequestBytes.Of("MULTI"), .. several.SelectMany(key => RequestBytes.Of("SET", key, Value)), .. RequestBytes.Of("EXEC")],
        };
    }
}
