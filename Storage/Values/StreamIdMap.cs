using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Values by the ids of entries, in order: runs of up to 128 ids. Adding at the end and finding take a binary search, removing moves one run. A walk asks for
/// the first id from another on (<see cref="TryFirst"/>), so that it may change the map on its way.
/// </summary>
public sealed class StreamIdMap<T>
    where T : struct
{
    private const int RunMax = 128;
    private const int RunMin = 4;
    private const int RunFixedBytes = 96;

    private readonly ManagedMeter _meter;
    private readonly List<Run> _runs = [];

    internal StreamIdMap(ManagedMeter meter) => _meter = meter;

    /// <summary>Ids.</summary>
    public long Count { get; private set; }

    /// <summary>The last id; false if there is none.</summary>
    public bool TryLast(out StreamId id)
    {
        id = Count > 0 ? _runs[^1].Ids[_runs[^1].Count - 1] : default;
        return Count > 0;
    }

    /// <summary>The first id that is not before the given one, and its value; false if there is none.</summary>
    public bool TryFirst(StreamId from, out StreamId id, out T value)
    {
        int index = RunOf(from, out int at);
        if (index < _runs.Count && at == _runs[index].Count)
            (index, at) = (index + 1, 0);
        bool isThere = index < _runs.Count;
        id = isThere ? _runs[index].Ids[at] : default;
        value = isThere ? _runs[index].Values[at] : default;
        return isThere;
    }

    /// <summary>Reads on from an id. Void as soon as the map changes.</summary>
    public Walk From(StreamId from)
    {
        int index = RunOf(from, out int at);
        return new Walk(_runs, index, at - 1);
    }

    /// <summary>The value of an id; false if it is not there.</summary>
    public bool TryGet(StreamId id, out T value) => TryFirst(id, out StreamId found, out value) && found == id;

    /// <summary>Sets the value of an id, whether it is there or not; true if it was not.</summary>
    internal bool Set(StreamId id, in T value)
    {
        int index = RunOf(id, out int at);
        if (index < _runs.Count && at < _runs[index].Count && _runs[index].Ids[at] == id)
        {
            _runs[index].Values[at] = value;
            return false;
        }

        Insert(index, at, id, value);
        Count++;
        return true;
    }

    /// <summary>Removes an id; false if it was not there.</summary>
    internal bool Remove(StreamId id)
    {
        int index = RunOf(id, out int at);
        if (index == _runs.Count || at == _runs[index].Count || _runs[index].Ids[at] != id)
            return false;
        Run run = _runs[index];
        run.Close(at);
        Count--;
        if (run.Count == 0)
            Drop(index);
        else if (run.Count < RunMax / 4 && index + 1 < _runs.Count && run.Count + _runs[index + 1].Count <= RunMax / 2)
            MergeWithNext(index);
        return true;
    }

    /// <summary>Removes all ids.</summary>
    internal void Clear()
    {
        while (_runs.Count > 0)
            Drop(_runs.Count - 1);
        Count = 0;
    }

    // The run that an id is in or belongs to, and its place there; only an empty map has none.
    private int RunOf(StreamId id, out int at)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (_runs[middle].Ids[0] <= id)
                low = middle + 1;
            else
                high = middle;
        }

        int index = Math.Max(low - 1, 0);
        at = index < _runs.Count ? _runs[index].PlaceOf(id) : 0;
        return index;
    }

    private void Insert(int index, int at, StreamId id, in T value)
    {
        if (index == _runs.Count)
        {
            Add(index, RunMin);
        }
        else if (_runs[index].Count == RunMax && at == RunMax && index == _runs.Count - 1)
        {
            Add(++index, RunMax);
            at = 0;
        }
        else if (_runs[index].Count == RunMax)
        {
            Split(index);
            if (at > RunMax / 2)
                (index, at) = (index + 1, at - (RunMax / 2));
        }

        Run run = _runs[index];
        if (run.Count == run.Ids.Length)
            Resize(run, run.Ids.Length * 2);
        run.Open(at, id, value);
    }

    private void Split(int index)
    {
        Add(index + 1, RunMax);
        _runs[index].MoveTo(_runs[index + 1], RunMax / 2);
    }

    private void MergeWithNext(int index)
    {
        Run run = _runs[index];
        Run next = _runs[index + 1];
        if (run.Ids.Length < run.Count + next.Count)
            Resize(run, RunMax);
        next.MoveTo(run, 0);
        Drop(index + 1);
    }

    private void Add(int index, int capacity)
    {
        _runs.Insert(index, new Run(capacity));
        _meter.Add(BytesOf(capacity));
    }

    private void Drop(int index)
    {
        _meter.Add(-BytesOf(_runs[index].Ids.Length));
        _runs.RemoveAt(index);
    }

    private void Resize(Run run, int capacity)
    {
        _meter.Add(BytesOf(capacity) - BytesOf(run.Ids.Length));
        run.Resize(capacity);
    }

    private static long BytesOf(int capacity) => RunFixedBytes + ((long)capacity * (StreamId.Bytes + Unsafe.SizeOf<T>()));

    /// <summary>Ids and values in order.</summary>
    public struct Walk
    {
        private readonly List<Run> _runs;
        private int _index;
        private int _at;

        internal Walk(List<Run> runs, int index, int at)
        {
            _runs = runs;
            _index = index;
            _at = at;
        }

        /// <summary>The id that <see cref="MoveNext"/> came to.</summary>
        public readonly StreamId Id => _runs[_index].Ids[_at];

        /// <summary>Its value.</summary>
        public readonly T Value => _runs[_index].Values[_at];

        /// <summary>Goes to the next id; the first call goes to the first one.</summary>
        public bool MoveNext()
        {
            if (_index < _runs.Count && ++_at == _runs[_index].Count)
                (_index, _at) = (_index + 1, 0);
            return _index < _runs.Count;
        }
    }

    internal sealed class Run(int capacity)
    {
        public StreamId[] Ids { get; private set; } = new StreamId[capacity];

        public T[] Values { get; private set; } = new T[capacity];

        public int Count { get; private set; }

        public int PlaceOf(StreamId id)
        {
            int found = Ids.AsSpan(0, Count).BinarySearch(id);
            return found < 0 ? ~found : found;
        }

        public void Open(int at, StreamId id, in T value)
        {
            Array.Copy(Ids, at, Ids, at + 1, Count - at);
            Array.Copy(Values, at, Values, at + 1, Count - at);
            (Ids[at], Values[at]) = (id, value);
            Count++;
        }

        public void Close(int at)
        {
            Count--;
            Array.Copy(Ids, at + 1, Ids, at, Count - at);
            Array.Copy(Values, at + 1, Values, at, Count - at);
            Values[Count] = default;
        }

        // What lies from a place on goes to the end of another run.
        public void MoveTo(Run other, int from)
        {
            Array.Copy(Ids, from, other.Ids, other.Count, Count - from);
            Array.Copy(Values, from, other.Values, other.Count, Count - from);
            Array.Clear(Values, from, Count - from);
            other.Count += Count - from;
            Count = from;
        }

        public void Resize(int length)
        {
            (Ids, Values) = ([.. Ids, .. new StreamId[length - Ids.Length]], [.. Values, .. new T[length - Values.Length]]);
        }
    }
}
