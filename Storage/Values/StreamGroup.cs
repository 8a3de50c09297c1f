namespace DragonflyFlow.Storage.Values;

/// <summary>A consumer group: how far it has read, its consumers, and what they have not acknowledged, which is in the consumers' lists too.</summary>
public sealed class StreamGroup : IStreamNamed
{
    private const int FixedBytes = 240;

    private readonly byte[] _name;
    private readonly ManagedMeter _meter;

    internal StreamGroup(byte[] name, ManagedMeter meter)
    {
        _name = name;
        _meter = meter;
        Pending = new StreamIdMap<StreamDelivery>(meter);
        meter.Add(FixedBytes + name.Length);
    }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>The last id that was given to a consumer.</summary>
    public StreamId LastId { get; set; }

    /// <summary>Entries that were read, or <see cref="StreamValue.UnknownRead"/>.</summary>
    public long EntriesRead { get; set; }

    /// <summary>What its consumers have not acknowledged.</summary>
    public StreamIdMap<StreamDelivery> Pending { get; }

    /// <summary>Its consumers, by name.</summary>
    public StreamNames<StreamConsumer> Consumers { get; } = new();

    /// <summary>Makes a consumer; its name is new.</summary>
    public StreamConsumer AddConsumer(ReadOnlySpan<byte> name, long nowMs)
    {
        StreamConsumer consumer = new(name.ToArray(), _meter) { SeenAtMs = nowMs };
        Consumers.Add(consumer);
        return consumer;
    }

    /// <summary>Removes a consumer and what it has not acknowledged; how much that was.</summary>
    public long RemoveConsumer(StreamConsumer consumer)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        long pending = consumer.Pending.Count;
        while (consumer.Pending.TryFirst(StreamId.Min, out StreamId id, out _))
            Acknowledge(id);
        Consumers.Remove(consumer);
        consumer.Free();
        return pending;
    }

    /// <summary>Gives an entry to a consumer, whoever had it before.</summary>
    public void Assign(StreamId id, in StreamDelivery delivery)
    {
        bool isNew = !Pending.TryGet(id, out StreamDelivery old);
        if (isNew || !ReferenceEquals(old.Owner, delivery.Owner))
        {
            if (!isNew)
                old.Owner.Pending.Remove(id);
            delivery.Owner.Pending.Set(id, default);
        }

        Pending.Set(id, delivery);
    }

    /// <summary>Counts an entry that a consumer has as given to it once more. Does not change the lists themselves.</summary>
    public void Redeliver(StreamId id, long nowMs)
    {
        if (Pending.TryGet(id, out StreamDelivery delivery))
            Pending.Set(id, delivery with { AtMs = nowMs, Count = delivery.Count + 1 });
    }

    /// <summary>Takes an entry off the lists; false if it was on none.</summary>
    public bool Acknowledge(StreamId id)
    {
        if (!Pending.TryGet(id, out StreamDelivery delivery))
            return false;
        delivery.Owner.Pending.Remove(id);
        Pending.Remove(id);
        return true;
    }

    /// <summary>Takes over consumers and deliveries of a group of another stream.</summary>
    internal void CopyFrom(StreamGroup source)
    {
        for (int i = 0; i < source.Consumers.Count; i++)
        {
            StreamConsumer consumer = source.Consumers[i];
            AddConsumer(consumer.Name, consumer.SeenAtMs).ActiveAtMs = consumer.ActiveAtMs;
        }

        StreamIdMap<StreamDelivery>.Walk pending = source.Pending.From(StreamId.Min);
        while (pending.MoveNext())
            Assign(pending.Id, pending.Value with { Owner = Consumers.Find(pending.Value.Owner.Name)! });
    }

    internal void Free()
    {
        for (int i = 0; i < Consumers.Count; i++)
            Consumers[i].Free();
        Pending.Clear();
        _meter.Add(-FixedBytes - _name.Length);
    }
}
