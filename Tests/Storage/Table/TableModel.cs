using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>
/// A table beside a Dictionary that says what should be in it: each operation is done on both and what it gives is compared.
/// </summary>
internal sealed class TableModel(DashTable table, KeyHasher hasher)
{
    private readonly Dictionary<int, Entry> _entries = [];
    private byte _stamp;

    public int Count => _entries.Count;

    public void Insert(int number, int length, long expireAtMs)
    {
        byte[] key = TableKeys.Numbered(number);
        ulong hash = hasher(key);
        Assert.AreEqual(_entries.ContainsKey(number), table.TryFind(key, hash, out Slot slot));
        if (_entries.ContainsKey(number))
            return;
        Entry entry = new((ValueKind)(number % 6), (ValueEncoding)(number % 5), expireAtMs, Fresh(length), IsSticky: false);
        slot = table.Insert(key, hash, entry.Kind, entry.Encoding, length, expireAtMs);
        entry.Value.CopyTo(table.Value(slot));
        _entries[number] = entry;
        Check(number, slot);
    }

    public void Remove(int number)
    {
        if (!Find(number, out Slot slot))
            return;
        table.Remove(slot);
        _entries.Remove(number);
        Assert.IsFalse(Find(number, out _));
    }

    public void Resize(int number, int length)
    {
        if (!Find(number, out Slot slot))
            return;
        byte[] value = _entries[number].Value;
        Span<byte> resized = table.ResizeValue(ref slot, length);
        Assert.AreEqual(length, resized.Length);
        int kept = Math.Min(length, value.Length);
        Assert.IsTrue(resized[..kept].SequenceEqual(value.AsSpan(0, kept)), "kept bytes");
        byte[] fresh = Fresh(length);
        fresh.CopyTo(resized);
        _entries[number] = _entries[number] with { Value = fresh };
        Check(number, slot);
    }

    public void Replace(int number, int length, long expireAtMs)
    {
        if (!Find(number, out Slot slot))
            return;
        byte[] fresh = Fresh(length);
        fresh.CopyTo(table.ReplaceValue(ref slot, ValueKind.Hash, ValueEncoding.Packed, length, expireAtMs));
        bool sticky = _entries[number].IsSticky;
        _entries[number] = new Entry(ValueKind.Hash, ValueEncoding.Packed, expireAtMs, fresh, sticky);
        Check(number, slot);
    }

    public void Expire(int number, long expireAtMs)
    {
        if (!Find(number, out Slot slot))
            return;
        table.SetExpireAtMs(ref slot, expireAtMs);
        _entries[number] = _entries[number] with { ExpireAtMs = expireAtMs };
        Check(number, slot);
    }

    public void Write(int number, byte value)
    {
        if (!Find(number, out Slot slot))
            return;
        table.BeforeWrite(slot);
        table.Value(slot).Fill(value);
        table.SetKind(slot, ValueKind.Stream, ValueEncoding.Object);
        _entries[number].Value.AsSpan().Fill(value);
        _entries[number] = _entries[number] with { Kind = ValueKind.Stream, Encoding = ValueEncoding.Object };
        Check(number, slot);
    }

    public void Touch(int number)
    {
        if (Find(number, out Slot slot))
            Check(number, table.Touch(slot));
    }

    public void Stick(int number, bool sticky)
    {
        if (!Find(number, out Slot slot))
            return;
        table.SetSticky(slot, sticky);
        _entries[number] = _entries[number] with { IsSticky = sticky };
        Check(number, slot);
    }

    public void Evict(int number)
    {
        if (!table.TryPickEvictionVictim(hasher(TableKeys.Numbered(number)), out Slot slot))
            return;
        int victim = NumberOf(slot);
        Assert.IsFalse(_entries[victim].IsSticky);
        Check(victim, slot);
        Remove(victim);
    }

    public void Clear()
    {
        table.Clear();
        _entries.Clear();
    }

    public void Compact(int segmentsMax)
    {
        WalkCursor cursor = default;
        long segments = table.Statistics.Segments;
        while (table.Compact(ref cursor, segmentsMax))
        {
        }

        Assert.IsLessThanOrEqualTo(segments, table.Statistics.Segments);
    }

    public void CheckAll()
    {
        foreach (int number in _entries.Keys)
        {
            Assert.IsTrue(Find(number, out Slot slot), $"key {number} is lost");
            Check(number, slot);
        }

        for (int number = 0; number < 3500; number++)
            Assert.AreEqual(_entries.ContainsKey(number), Find(number, out _));
    }

    private bool Find(int number, out Slot slot)
    {
        byte[] key = TableKeys.Numbered(number);
        ulong hash = hasher(key);
        table.PrefetchBucket(hash);
        table.PrefetchRecord(hash);
        return table.TryFind(key, hash, out slot);
    }

    private int NumberOf(Slot slot)
    {
        ReadOnlySpan<byte> digits = table.Key(slot)[4..].TrimEnd((byte)0);
        return int.Parse(digits);
    }

    private void Check(int number, Slot slot)
    {
        table.VerifyNow(slot);
        Entry entry = _entries[number];
        Assert.IsTrue(table.Key(slot).SequenceEqual(TableKeys.Numbered(number)), "key");
        Assert.IsTrue(table.Value(slot).SequenceEqual(entry.Value), "value");
        Assert.AreEqual(entry.Kind, table.Kind(slot));
        Assert.AreEqual(entry.Encoding, table.Encoding(slot));
        Assert.AreEqual(entry.ExpireAtMs, table.ExpireAtMs(slot));
        Assert.AreEqual(entry.IsSticky, table.IsSticky(slot));
        Assert.IsTrue(table.KeyOfRecord(table.RecordHandle(slot)).SequenceEqual(table.Key(slot)), "key by handle");
        Assert.IsTrue(table.ValueOfRecord(table.RecordHandle(slot)).SequenceEqual(entry.Value), "value by handle");
    }

    private byte[] Fresh(int length)
    {
        byte[] value = new byte[length];
        value.AsSpan().Fill(++_stamp);
        return value;
    }

    private sealed record Entry(ValueKind Kind, ValueEncoding Encoding, long ExpireAtMs, byte[] Value, bool IsSticky);
}
