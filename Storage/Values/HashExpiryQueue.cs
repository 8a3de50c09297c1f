using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The fields of one hash that have an expiry, the next one first: a binary heap in the arena. A record in the queue ends with its place in the heap (the
/// last <see cref="TrailerBytes"/> of its value), so that a field whose expiry changes is found without a search.
/// </summary>
internal sealed class HashExpiryQueue(Arena arena, DashTable fields)
{
    /// <summary>Bytes that a record in the queue has behind its value.</summary>
    public const int TrailerBytes = sizeof(int);

    private const int CapacityMin = 16;

    private uint _block;
    private int _capacity;

    /// <summary>Fields that have an expiry.</summary>
    public int Count { get; private set; }

    /// <summary>Unix milliseconds after which the next field is due; <see cref="long.MaxValue"/> if none is.</summary>
    public long NextAtMs => Count == 0 ? long.MaxValue : Entries[0].AtMs;

    /// <summary>The record that is due next; there must be one.</summary>
    public uint NextRecord => Entries[0].Record;

    /// <summary>Bytes of the heap.</summary>
    public long Bytes => _capacity == 0 ? 0 : Arena.CapacityOf(_capacity * Entry.Bytes);

    private Span<Entry> Entries => MemoryMarshal.Cast<byte, Entry>(arena.Bytes(_block, _capacity * Entry.Bytes));

    /// <summary>Makes room for one more; called before a record gets its trailer, so that a shortage of memory leaves everything as it was.</summary>
    public void Reserve()
    {
        if (Count < _capacity)
            return;
        int capacity = Math.Max(CapacityMin, _capacity * 2);
        _block = _capacity == 0
            ? arena.Allocate(capacity * Entry.Bytes)
            : arena.Reallocate(_block, _capacity * Entry.Bytes, capacity * Entry.Bytes);
        _capacity = capacity;
    }

    /// <summary>Adds a record that has a trailer.</summary>
    public void Add(uint record, long atMs)
    {
        Entries[Count] = new Entry { AtMs = atMs, Record = record };
        SiftUp(Count++);
    }

    /// <summary>Takes out the record at a place.</summary>
    public void Remove(int place)
    {
        Entry last = Entries[--Count];
        if (place < Count)
        {
            Entries[place] = last;
            Settle(place);
        }

        if (Count == 0)
            Release();
    }

    /// <summary>Gives the record at a place another moment.</summary>
    public void Change(int place, long atMs)
    {
        Entries[place].AtMs = atMs;
        Settle(place);
    }

    /// <summary>Notes that the record at a place has moved, and writes its trailer anew.</summary>
    public void Moved(int place, uint record)
    {
        Entries[place].Record = record;
        WritePlace(place);
    }

    /// <summary>How many have passed at a moment; costs as much as that number.</summary>
    public int CountDue(long nowMs) => NextAtMs >= nowMs ? 0 : CountDue(Entries, 0, nowMs);

    /// <summary>The place that the trailer of a record's value names.</summary>
    public static int PlaceOf(ReadOnlySpan<byte> recordValue) => BinaryPrimitives.ReadInt32LittleEndian(recordValue[^TrailerBytes..]);

    /// <summary>Forgets all and frees the heap; the records keep their trailers.</summary>
    public void Release()
    {
        if (_capacity != 0)
            arena.Free(_block, _capacity * Entry.Bytes);
        _block = 0;
        _capacity = 0;
        Count = 0;
    }

    private int CountDue(ReadOnlySpan<Entry> entries, int place, long nowMs)
    {
        if (place >= Count || entries[place].AtMs >= nowMs)
            return 0;
        return 1 + CountDue(entries, (2 * place) + 1, nowMs) + CountDue(entries, (2 * place) + 2, nowMs);
    }

    private void Settle(int place)
    {
        if (place > 0 && Entries[place].AtMs < Entries[(place - 1) / 2].AtMs)
            SiftUp(place);
        else
            SiftDown(place);
    }

    private void SiftUp(int place)
    {
        Span<Entry> entries = Entries;
        Entry rising = entries[place];
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (entries[parent].AtMs <= rising.AtMs)
                break;
            entries[place] = entries[parent];
            WritePlace(place);
            place = parent;
        }

        entries[place] = rising;
        WritePlace(place);
    }

    private void SiftDown(int place)
    {
        Span<Entry> entries = Entries;
        Entry sinking = entries[place];
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && entries[child + 1].AtMs < entries[child].AtMs)
                child++;
            if (sinking.AtMs <= entries[child].AtMs)
                break;
            entries[place] = entries[child];
            WritePlace(place);
            place = child;
        }

        entries[place] = sinking;
        WritePlace(place);
    }

    private void WritePlace(int place)
        => BinaryPrimitives.WriteInt32LittleEndian(fields.ValueOfRecord(Entries[place].Record)[^TrailerBytes..], place);

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Entry
    {
        public const int Bytes = 12;

        public long AtMs;
        public uint Record;
    }
}
