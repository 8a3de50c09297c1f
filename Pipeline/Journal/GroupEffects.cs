using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>Writes what a consumer group now knows of some entries, consumers, and its own progress. Entries first, then <see cref="Consumer"/>.</summary>
internal ref struct GroupEffects(EffectWriter effects, ReadOnlySpan<byte> key, ReadOnlySpan<byte> groupName, StreamGroup group)
{
    private readonly EffectWriter _effects = effects;
    private readonly ReadOnlySpan<byte> _key = key;
    private readonly ReadOnlySpan<byte> _groupName = groupName;
    private readonly StreamGroup _group = group;
    private JournalDraft? _open;
    private StreamDelivery _delivery;

    /// <summary>An entry: who has it, since when and how often given, or that nobody has it. Entries with the same delivery share an effect.</summary>
    public void Entry(StreamId id)
    {
        Span<byte> scratch = stackalloc byte[StreamId.TextBytesMax];
        ReadOnlySpan<byte> text = id.WriteText(scratch);
        if (!_group.Pending.TryGet(id, out StreamDelivery delivery))
        {
            Close();
            _effects.Begin("XACK"u8, _key)?.Word(_groupName).Word(text);
            return;
        }

        if (_open is null || delivery != _delivery)
        {
            Close();
            _open = _effects.Begin("XCLAIM"u8, _key)?.Word(_groupName).Word(delivery.Owner.Name).Number(0);
            _delivery = delivery;
        }

        _open?.Word(text);
    }

    /// <summary>A consumer: there is one with this name, unless an entry has said so.</summary>
    public void Consumer(ReadOnlySpan<byte> name)
    {
        Close();
        bool isNamed = _delivery.Owner is { } owner && owner.Name.SequenceEqual(name);
        if (!isNamed && _group.Consumers.Find(name) is not null)
            _effects.BeginSubcommand("XGROUP"u8, "CREATECONSUMER"u8, _key)?.Word(_groupName).Word(name);
    }

    /// <summary>How far the group has read.</summary>
    public readonly void Progress()
    {
        Span<byte> text = stackalloc byte[StreamId.TextBytesMax];
        _effects.BeginSubcommand("XGROUP"u8, "SETID"u8, _key)?.Word(_groupName).Word(_group.LastId.WriteText(text)).Word("ENTRIESREAD"u8).Number(_group.EntriesRead);
    }

    private void Close()
    {
        _open?.Word("TIME"u8).Number(_delivery.AtMs).Word("RETRYCOUNT"u8).Number(_delivery.Count).Word("FORCE"u8).Word("JUSTID"u8);
        _open = null;
    }
}
