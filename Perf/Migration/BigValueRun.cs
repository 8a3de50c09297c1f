using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Statistics;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>A value that moved. A line of samples.csv.</summary>
internal sealed record BigValueSample(string Kind, long ValueBytes, Moved Moved, long ResidentBefore, long ResidentPeak)
{
    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } = "kind,value_bytes,seconds,paused_ms,rss_before,rss_peak,waiting_max_bytes";

    /// <summary>What the source needed at most, in times of what it had before.</summary>
    public double Growth => (double)ResidentPeak / ResidentBefore;

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Kind, Csv.Number(ValueBytes), Csv.Number(Moved.Seconds), Csv.Number(Moved.PausedMs ?? 0), Csv.Number(ResidentBefore), Csv.Number(ResidentPeak), Csv.Number(Moved.WaitingMaxBytes ?? 0),
    ]);
}

/// <summary>One big value of each kind on its way, alone on its node: what the source needs in memory beside it.</summary>
internal sealed class BigValueRun(MigrationOptions options, PairLaunch ours, IProgressSink progress, TimeProvider time)
{
    private const int ElementBytes = 1000;
    private const int ElementsPerCommand = 500;
    private const string Key = "big";

    private static readonly string[] Kinds = ["string", "list", "set", "zset", "hash"];
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(5);
    private static readonly Goal Memory = new("source's peak RSS / before, big value", 1.1, AtLeast: false);

    private readonly List<BigValueSample> _samples = [];
    private readonly List<string> _failures = [];

    /// <summary>What was measured.</summary>
    public IReadOnlyList<BigValueSample> Samples => _samples;

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Each kind against its goal.</summary>
    public IReadOnlyList<Verdict> Verdicts => [.. _samples.SelectMany(sample => Memory.Judge(sample.Kind, [sample.Growth]))];

    /// <summary>Moves a value of each kind.</summary>
    public async Task<BigValueRun> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(Kinds.Length);
        foreach (string kind in Kinds)
        {
            progress.Step($"a {kind} of {options.BigValueMegabytes} MB");
            try
            {
                _samples.Add(await RunOneAsync(kind, cancellation));
            }
            catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
            {
                _failures.Add($"{kind}: {failure.Message}");
            }
        }

        return this;
    }

    /// <summary>The table.</summary>
    public Grid Figures()
    {
        Grid grid = new($"One value of {options.BigValueMegabytes} MB, alone on its node", "kind", "seconds", "pause, own account ms", "source's RSS MB before", "peak", "growth", "waiting at most MB");
        foreach (BigValueSample sample in _samples)
        {
            grid.Add(sample.Kind, Numbers.Plain(sample.Moved.Seconds), Numbers.Plain(sample.Moved.PausedMs), Numbers.Plain(sample.ResidentBefore / 1e6), Numbers.Plain(sample.ResidentPeak / 1e6),
                Numbers.Ratio(sample.Growth), Numbers.Plain(sample.Moved.WaitingMaxBytes / 1e6));
        }

        return grid;
    }

    private async Task<BigValueSample> RunOneAsync(string kind, CancellationToken cancellation)
    {
        await using NodePair pair = await ours.StartAsync(cancellation);
        long bytes = await FillAsync(pair.Source.Port, kind, cancellation);
        long before = pair.Source.ResidentBytes;
        long peak = before;
        Task<Moved> moving = pair.MoveAsync(KeySlot.Count - 1, cancellation);
        while (!moving.IsCompleted)
        {
            peak = Math.Max(peak, pair.Source.ResidentBytes);
            await Task.WhenAny(moving, Task.Delay(Rest, time, cancellation));
        }

        Moved moved = await moving;
        (long left, long arrived) = await pair.SizesAsync(cancellation);
        if (left != 0 || arrived != 1)
            throw new InvalidOperationException($"{arrived} keys at the target and {left} at the source, not 1 and 0");
        return new BigValueSample(kind, bytes, moved, before, peak);
    }

    private async Task<long> FillAsync(int port, string kind, CancellationToken cancellation)
    {
        await using RespClient client = await RespClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel: cancellation);
        int count = options.BigValueMegabytes * 1_000_000 / ElementBytes;
        // A string gets its length once, and then its pieces.
        if (kind == "string")
            await ExecuteAsync(["SETRANGE", Key, Text((count * ElementBytes) - 1), "x"]);
        for (int first = 0; first < count; first += ElementsPerCommand)
            await ExecuteAsync([.. Words(kind, first, Math.Min(ElementsPerCommand, count - first))]);
        return (long)count * ElementBytes;

        async Task ExecuteAsync(string[] words)
        {
            RespValue reply = await client.ExecuteAsync(words, cancellation);
            if (reply.IsError)
                throw new InvalidOperationException($"{words[0]} was answered: {reply.Text}");
        }
    }

    private static IEnumerable<string> Words(string kind, int first, int count)
    {
        IEnumerable<int> numbers = Enumerable.Range(first, count);
        return kind switch
        {
            "string" => ["SETRANGE", Key, Text(first * ElementBytes), string.Concat(numbers.Select(Element))],
            "list" => ["RPUSH", Key, .. numbers.Select(Element)],
            "set" => ["SADD", Key, .. numbers.Select(Element)],
            "zset" => ["ZADD", Key, .. numbers.SelectMany(number => new[] { Text(number), Element(number) })],
            _ => ["HSET", Key, .. numbers.SelectMany(number => new[] { Text(number), Element(number) })],
        };
    }

    private static string Element(int number) => new StringBuilder(Text(number).PadLeft(12, '0')).Append('x', ElementBytes - 12).ToString();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
