// Owner: the shard.

using System.Buffers.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>
/// The effects of the transaction that runs on a shard, before they have numbers: how many there are, and on how many shards, is known at its end. Reused, so
/// that nothing is allocated for a change in the steady state.
/// </summary>
internal sealed class JournalDraft
{
    private const int KeptBytesMax = 256 * 1024;
    private const int NumberBytesMax = 20;

    private Effect[] _effects = new Effect[8];
    private int _used;

    public int Count { get; private set; }

    public byte[] Data { get; private set; } = new byte[1024];

    public ArgList Ranges { get; } = new();

    public int DatabaseOf(int effect) => _effects[effect].Database;

    public int SlotOf(int effect) => _effects[effect].Slot;

    public ReadOnlySpan<ArgRange> RangesOf(int effect)
    {
        int first = _effects[effect].FirstWord;
        int end = effect + 1 < Count ? _effects[effect + 1].FirstWord : Ranges.Count;
        return Ranges.Items.AsSpan(first, end - first);
    }

    /// <summary>Begins an effect; the words that follow are its.</summary>
    public JournalDraft Begin(int database, int slot)
    {
        if (Count == _effects.Length)
            Array.Resize(ref _effects, Count * 2);
        _effects[Count++] = new Effect(database, slot, Ranges.Count);
        return this;
    }

    public JournalDraft Word(ReadOnlySpan<byte> word)
    {
        if (Data.Length - _used < word.Length)
            Grow(word.Length);
        word.CopyTo(Data.AsSpan(_used));
        Ranges.Add(_used, word.Length);
        _used += word.Length;
        return this;
    }

    public JournalDraft Number(long number)
    {
        Span<byte> text = stackalloc byte[NumberBytesMax];
        Utf8Formatter.TryFormat(number, text, out int written);
        return Word(text[..written]);
    }

    public JournalDraft Words(ArgView words)
    {
        for (int i = 0; i < words.Count; i++)
            Word(words[i]);
        return this;
    }

    public void Clear()
    {
        Count = 0;
        _used = 0;
        Ranges.Clear();
        if (Data.Length > KeptBytesMax)
            Data = new byte[1024];
    }

    private void Grow(int more)
    {
        byte[] grown = new byte[(int)Math.Min(Array.MaxLength, Math.Max(2L * Data.Length, (long)_used + more))];
        Data.AsSpan(0, _used).CopyTo(grown);
        Data = grown;
    }

    private readonly record struct Effect(int Database, int Slot, int FirstWord);
}
