namespace DragonflyFlow.Storage.Values;

/// <summary>A consumer of a group: who reads, and the ids it has been given and has not acknowledged.</summary>
public sealed class StreamConsumer : IStreamNamed
{
    /// <summary>What stands for a time that never was.</summary>
    public const long Never = -1;

    private const int FixedBytes = 160;

    private readonly byte[] _name;
    private readonly ManagedMeter _meter;

    internal StreamConsumer(byte[] name, ManagedMeter meter)
    {
        _name = name;
        _meter = meter;
        Pending = new StreamIdMap<ValueTuple>(meter);
        meter.Add(FixedBytes + name.Length);
    }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>When it asked last, in Unix milliseconds.</summary>
    public long SeenAtMs { get; set; }

    /// <summary>When it last got something, in Unix milliseconds, or <see cref="Never"/>.</summary>
    public long ActiveAtMs { get; set; } = Never;

    /// <summary>What it has not acknowledged.</summary>
    public StreamIdMap<ValueTuple> Pending { get; }

    internal void Free()
    {
        Pending.Clear();
        _meter.Add(-FixedBytes - _name.Length);
    }
}
