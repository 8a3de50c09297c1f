using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The last commands that took long (SLOWLOG). Commands timed by the batch (light ones) are seen only when they were alone in it: their share of a
/// pipeline's time would name the wrong one.
/// </summary>
public sealed class Slowlog
{
    private readonly Lock _lock = new();
    private readonly LinkedList<SlowlogEntry> _entries = new();
    private readonly TimeProvider _time;
    private long _thresholdTicks;
    private int _lengthMax = 128;
    private long _nextId;

    internal Slowlog(TimeProvider time)
    {
        _time = time;
        ThresholdUs = 10_000;
    }

    /// <summary>Entries from this many microseconds on; negative = none, 0 = all.</summary>
    public long ThresholdUs
    {
        get => _thresholdTicks < 0 ? -1 : _thresholdTicks * 1_000_000 / _time.TimestampFrequency;
        set => _thresholdTicks = value < 0 ? -1 : value * _time.TimestampFrequency / 1_000_000;
    }

    /// <summary>Entries kept.</summary>
    public int LengthMax
    {
        get => _lengthMax;
        set
        {
            _lengthMax = value;
            Trim();
        }
    }

    /// <summary>Entries there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The newest entries, newest first.</summary>
    public IReadOnlyList<SlowlogEntry> Newest(int count)
    {
        lock (_lock)
            return [.. _entries.Take(count)];
    }

    /// <summary>Forgets all entries.</summary>
    public void Reset()
    {
        lock (_lock)
            _entries.Clear();
    }

    internal void Consider(CommandSource source, in BatchCommand command, long ticks)
    {
        if (_thresholdTicks >= 0 && ticks >= _thresholdTicks)
            Add(source, command, ticks);
        LatencyMonitor latency = source.Engine.Latency;
        if (latency.ThresholdMs > 0)
        {
            string name = command.Descriptor.Has(CommandFlags.Fast) ? "fast-command" : "command";
            latency.Record(name, _time.GetUtcNow().ToUnixTimeSeconds(), ticks * 1000 / _time.TimestampFrequency);
        }
    }

    private void Add(CommandSource source, in BatchCommand command, long ticks)
    {
        ArgView args = new(source.Data, source.Args.Items.AsSpan(command.FirstArg, command.ArgCount));
        lock (_lock)
        {
            _entries.AddFirst(new SlowlogEntry(
                _nextId++,
                _time.GetUtcNow().ToUnixTimeSeconds(),
                ticks * 1_000_000 / _time.TimestampFrequency,
                command.Descriptor.CarriesSecrets ? SlowlogEntry.Redact(args) : SlowlogEntry.Clip(args),
                source.Client.Address,
                source.Client.Name));
        }

        Trim();
    }

    private void Trim()
    {
        lock (_lock)
        {
            while (_entries.Count > _lengthMax)
                _entries.RemoveLast();
        }
    }
}

/// <summary>One slow command.</summary>
/// <param name="Id">Rising number.</param>
/// <param name="AtSeconds">Unix seconds.</param>
/// <param name="DurationUs">Microseconds it ran.</param>
/// <param name="Arguments">Its arguments, clipped as Redis clips them (32 arguments, 128 bytes each).</param>
/// <param name="Address">The client's address.</param>
/// <param name="ClientName">The client's name.</param>
public sealed record SlowlogEntry(long Id, long AtSeconds, long DurationUs, IReadOnlyList<byte[]> Arguments, string Address, string ClientName)
{
    private const int ArgumentsMax = 32;
    private const int BytesMax = 128;

    /// <summary>The names, and that there was more.</summary>
    internal static IReadOnlyList<byte[]> Redact(ArgView args)
    {
        List<byte[]> kept = [args[0].ToArray()];
        for (int i = 1; i < Math.Min(args.Count, ArgumentsMax); i++)
            kept.Add("(redacted)"u8.ToArray());
        return kept;
    }

    internal static IReadOnlyList<byte[]> Clip(ArgView args)
    {
        List<byte[]> kept = [];
        for (int i = 0; i < args.Count; i++)
        {
            if (i == ArgumentsMax - 1 && args.Count > ArgumentsMax)
            {
                kept.Add(System.Text.Encoding.ASCII.GetBytes($"... ({args.Count - ArgumentsMax + 1} more arguments)"));
                break;
            }

            ReadOnlySpan<byte> arg = args[i];
            kept.Add(arg.Length <= BytesMax
                ? arg.ToArray()
                : [.. arg[..BytesMax], .. System.Text.Encoding.ASCII.GetBytes($"... ({arg.Length - BytesMax} more bytes)")]);
        }

        return kept;
    }
}
