namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Counters of commands by <see cref="Commands.CommandDescriptor.Id"/>. One writer: the shard's owner (or the lock holder for those without a shard).</summary>
public sealed class CommandStats
{
    private readonly Row[] _rows;
    private readonly double _nanosecondsPerTick;

    internal CommandStats(int commands, TimeProvider time)
    {
        _rows = new Row[commands];
        _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
    }

    /// <summary>Errors by their code word.</summary>
    public Dictionary<string, long> Errors { get; } = [];

    /// <summary>Whether it is kept how long each command takes (latency-tracking).</summary>
    public bool KeepsDurations { get; set; }

    /// <summary>Runs of all commands.</summary>
    public long Calls
    {
        get
        {
            long sum = 0;
            foreach (ref readonly Row row in _rows.AsSpan())
                sum += row.Calls;
            return sum;
        }
    }

    /// <summary>The counters of one command.</summary>
    public ref Row this[int id] => ref _rows[id];

    /// <summary>Adds the time of one run.</summary>
    public void AddTime(int id, long ticks) => AddTime(id, ticks, BucketOf(ticks));

    /// <summary>As above, for runs that took as long as each other: the bucket of their time is found once.</summary>
    public void AddTime(int id, long ticks, int bucket, int runs = 1)
    {
        ref Row row = ref _rows[id];
        row.Ticks += ticks * runs;
        if (KeepsDurations)
            (row.Durations ??= new DurationHistogram()).Add(bucket, runs);
    }

    /// <summary>The bucket of a time in ticks.</summary>
    public int BucketOf(long ticks) => DurationHistogram.BucketOf((long)(ticks * _nanosecondsPerTick));

    /// <summary>Counts an error reply ("-ERR ...").</summary>
    public void CountError(ReadOnlySpan<byte> reply)
    {
        int end = reply.IndexOfAny((byte)' ', (byte)'\r');
        string code = System.Text.Encoding.ASCII.GetString(reply[1..(end < 0 ? reply.Length : end)]);
        Errors[code] = Errors.GetValueOrDefault(code) + 1;
    }

    internal void AddTo(Row[] sums)
    {
        for (int id = 0; id < sums.Length; id++)
        {
            sums[id].Calls += _rows[id].Calls;
            sums[id].Ticks += _rows[id].Ticks;
            sums[id].Failed += _rows[id].Failed;
            sums[id].Rejected += _rows[id].Rejected;
            if (_rows[id].Durations is { } durations)
                (sums[id].Durations ??= new DurationHistogram()).Add(durations);
        }
    }

    internal void AddErrorsTo(IDictionary<string, long> sums)
    {
        foreach ((string code, long count) in Errors)
            sums[code] = (sums.TryGetValue(code, out long had) ? had : 0) + count;
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    public void Reset()
    {
        Array.Clear(_rows);
        Errors.Clear();
    }

    /// <summary>Counters of one command.</summary>
    public struct Row
    {
        /// <summary>Runs.</summary>
        public long Calls;

        /// <summary>Time spent, in ticks of TimeProvider.GetTimestamp.</summary>
        public long Ticks;

        /// <summary>Runs that ended in an error reply.</summary>
        public long Failed;

        /// <summary>Refusals before running (arity, auth, memory).</summary>
        public long Rejected;

        /// <summary>How long its runs took; null if none has been kept.</summary>
        public DurationHistogram? Durations;
    }
}
