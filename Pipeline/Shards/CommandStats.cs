namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Counters of commands by <see cref="Commands.CommandDescriptor.Id"/>. One writer: the shard's owner (or the lock holder for those without a shard).</summary>
public sealed class CommandStats
{
    private readonly Row[] _rows;

    internal CommandStats(int commands) => _rows = new Row[commands];

    /// <summary>Errors by their code word.</summary>
    public Dictionary<string, long> Errors { get; } = [];

    /// <summary>The counters of one command.</summary>
    public ref Row this[int id] => ref _rows[id];

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
    }
}
