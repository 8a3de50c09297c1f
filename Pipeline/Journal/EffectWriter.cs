using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>Writes the effects of the command that has just run on the shards of their keys, which are held.</summary>
internal readonly ref struct EffectWriter(StoreEngine engine, int database)
{
    /// <summary>Begins an effect on a key: its command word and the key are written. Null if that key's shard keeps no journal.</summary>
    public JournalDraft? Begin(ReadOnlySpan<byte> command, ReadOnlySpan<byte> key)
        => JournalOf(key)?.Draft.Begin(database, KeySlot.Of(key)).Word(command).Word(key);

    /// <summary>As <see cref="Begin(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, of a command on two keys of one shard.</summary>
    public JournalDraft? Begin(ReadOnlySpan<byte> command, ReadOnlySpan<byte> key, ReadOnlySpan<byte> second)
    {
        int slot = KeySlot.Of(key);
        return JournalOf(key)?.Draft.Begin(database, KeySlot.Of(second) == slot ? slot : -1).Word(command).Word(key).Word(second);
    }

    /// <summary>As <see cref="Begin(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, of a command whose key stands behind a second word.</summary>
    public JournalDraft? BeginSubcommand(ReadOnlySpan<byte> command, ReadOnlySpan<byte> subcommand, ReadOnlySpan<byte> key)
        => JournalOf(key)?.Draft.Begin(database, KeySlot.Of(key)).Word(command).Word(subcommand).Word(key);

    /// <summary>Whether the command has changed a key.</summary>
    public bool HasChanged(ReadOnlySpan<byte> key) => JournalOf(key) is { } journal && journal.Changed.Has(key);

    /// <summary>Writes a key's present state as the effect.</summary>
    public void State(ReadOnlySpan<byte> key) => JournalOf(key)?.WriteState(database, key);

    private ShardJournal? JournalOf(ReadOnlySpan<byte> key) => engine.Shards[KeyHash.ShardOf(KeyHash.Of(key), engine.Shards.Length)].Journal;
}
