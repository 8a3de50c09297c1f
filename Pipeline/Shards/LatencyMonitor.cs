namespace DragonflyFlow.Pipeline.Shards;

/// <summary>One long event.</summary>
/// <param name="AtSeconds">Unix seconds.</param>
/// <param name="Ms">Its length in milliseconds.</param>
public readonly record struct LatencySample(long AtSeconds, long Ms);

/// <summary>The long events of one name.</summary>
/// <param name="Name">"command", "fast-command", "expire-cycle".</param>
/// <param name="Samples">The last ones, oldest first; at most one a second, the longest.</param>
/// <param name="MaxMs">The longest since the last reset.</param>
public sealed record LatencyEvent(string Name, IReadOnlyList<LatencySample> Samples, long MaxMs);

/// <summary>Events longer than a threshold, as Redis's latency monitor keeps them: 160 samples an event. Any thread.</summary>
public sealed class LatencyMonitor
{
    private const int SamplesMax = 160;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _series = [];

    /// <summary>Milliseconds from which on an event is kept; 0 = none.</summary>
    public long ThresholdMs { get; set; }

    /// <summary>Keeps an event if it is long enough.</summary>
    public void Record(string name, long atSeconds, long ms)
    {
        if (ThresholdMs <= 0 || ms < ThresholdMs)
            return;
        lock (_lock)
        {
            if (!_series.TryGetValue(name, out Series? series))
                _series[name] = series = new Series();
            series.Add(new LatencySample(atSeconds, ms));
        }
    }

    /// <summary>All events.</summary>
    public IReadOnlyList<LatencyEvent> Snapshot()
    {
        lock (_lock)
            return [.. _series.Select(s => new LatencyEvent(s.Key, [.. s.Value.Samples], s.Value.MaxMs)).OrderBy(e => e.Name, StringComparer.Ordinal)];
    }

    /// <summary>Forgets an event; false if there was none.</summary>
    public bool Reset(string name)
    {
        lock (_lock)
            return _series.Remove(name);
    }

    /// <summary>Forgets all; how many there were.</summary>
    public int ResetAll()
    {
        lock (_lock)
        {
            int count = _series.Count;
            _series.Clear();
            return count;
        }
    }

    private sealed class Series
    {
        public List<LatencySample> Samples { get; } = [];

        public long MaxMs { get; private set; }

        public void Add(LatencySample sample)
        {
            MaxMs = Math.Max(MaxMs, sample.Ms);
            if (Samples.Count > 0 && Samples[^1].AtSeconds == sample.AtSeconds)
            {
                if (sample.Ms > Samples[^1].Ms)
                    Samples[^1] = sample;
                return;
            }

            if (Samples.Count == SamplesMax)
                Samples.RemoveAt(0);
            Samples.Add(sample);
        }
    }
}
