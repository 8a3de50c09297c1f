// Owner: the upkeep's tick samples; INFO reads on any thread. Everything is one word, or replaced as a whole.

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>What has to be looked at again and again to be known: commands and bytes a second over the last seconds, and the most memory there was.</summary>
public sealed class StoreMeter(StoreEngine engine)
{
    private readonly RateMeter _commands = new();
    private readonly RateMeter _input = new();
    private readonly RateMeter _output = new();
    private NetworkReading _forgotten;
    private long _peakBytes;
    private long _peakAtSeconds;

    /// <summary>Commands a second.</summary>
    public double CommandsPerSecond => _commands.PerSecond;

    /// <summary>Bytes received a second.</summary>
    public double InputBytesPerSecond => _input.PerSecond;

    /// <summary>Bytes sent a second.</summary>
    public double OutputBytesPerSecond => _output.PerSecond;

    /// <summary>The most bytes that data has taken.</summary>
    public long PeakBytes => Interlocked.Read(ref _peakBytes);

    /// <summary>Unix seconds at which it took them.</summary>
    public long PeakAtSeconds => Interlocked.Read(ref _peakAtSeconds);

    /// <summary>Bytes and refusals since the start or the last CONFIG RESETSTAT.</summary>
    public NetworkReading Network => ReadNetwork() - _forgotten;

    /// <summary>Takes note of a moment: all commands run so far, and the bytes that data takes.</summary>
    internal void Sample(long commands, long memoryBytes)
    {
        NotePeak(memoryBytes);
        long ms = engine.NowMs();
        NetworkReading network = ReadNetwork();
        _commands.Sample(ms, commands);
        _input.Sample(ms, network.BytesReceived);
        _output.Sample(ms, network.BytesSent);
    }

    /// <summary>Raises the peak to what data takes now.</summary>
    internal void NotePeak(long memoryBytes)
    {
        if (memoryBytes <= PeakBytes)
            return;
        Interlocked.Exchange(ref _peakBytes, memoryBytes);
        Interlocked.Exchange(ref _peakAtSeconds, engine.NowMs() / 1000);
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    internal void Reset()
    {
        _forgotten = ReadNetwork();
        Interlocked.Exchange(ref _peakBytes, 0);
    }

    private NetworkReading ReadNetwork() => engine.Host?.ReadNetwork() ?? default;
}

/// <summary>Growth of a counter a second: the mean of the last 16 samples, as Redis has it.</summary>
internal sealed class RateMeter
{
    private const int SamplesMax = 16;

    private readonly Queue<double> _samples = new();
    private long _lastMs;
    private long _lastCount;
    private double _perSecond;

    public double PerSecond => Volatile.Read(ref _perSecond);

    public void Sample(long ms, long count)
    {
        if (_lastMs != 0 && ms > _lastMs)
        {
            // A counter that has been reset has grown by nothing.
            _samples.Enqueue(Math.Max(0, count - _lastCount) * 1000.0 / (ms - _lastMs));
            if (_samples.Count > SamplesMax)
                _samples.Dequeue();
            Volatile.Write(ref _perSecond, _samples.Average());
        }

        _lastMs = ms;
        _lastCount = count;
    }
}
