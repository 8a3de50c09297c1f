// Any thread, under _lock: denials are rare.

using DragonflyFlow.Pipeline.Commands.Connection;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>ACL LOG: what was denied to whom, the latest first. The same again within a minute counts up what is there (as Redis does).</summary>
internal sealed class AclLog(StoreEngine engine)
{
    private const long SameWithinMs = 60_000;

    private readonly Lock _lock = new();
    private readonly List<AclLogEntry> _entries = [];
    private readonly long[] _counts = new long[(int)AclVerdict.Channel + 1];
    private long _lastId;
    private int _lengthMax = 128;

    /// <summary>Entries that are kept (acllog-max-len).</summary>
    public int LengthMax
    {
        get => _lengthMax;
        set
        {
            lock (_lock)
            {
                _lengthMax = value;
                Trim();
            }
        }
    }

    /// <summary>Denials of a kind since the start, for INFO.</summary>
    public long Count(AclVerdict verdict) => Interlocked.Read(ref _counts[(int)verdict]);

    /// <summary>Enters a denial. <paramref name="what"/> is the command, key or channel; <paramref name="where"/> "toplevel", "multi" or "lua".</summary>
    public void Add(AclVerdict verdict, string where, string what, string userName, ClientContext client)
    {
        Interlocked.Increment(ref _counts[(int)verdict]);
        long nowMs = engine.NowMs();
        AclLogEntry entry = new(Interlocked.Increment(ref _lastId) - 1, verdict, where, what, userName, ClientQueries.Line(client, nowMs), nowMs);
        lock (_lock)
        {
            int known = _entries.FindIndex(other => other.IsSame(entry) && nowMs - other.UpdatedMs <= SameWithinMs);
            if (known >= 0)
            {
                entry = _entries[known].Again(entry);
                _entries.RemoveAt(known);
            }

            _entries.Insert(0, entry);
            Trim();
        }
    }

    /// <summary>The latest entries.</summary>
    public IReadOnlyList<AclLogEntry> Latest(int count)
    {
        lock (_lock)
            return [.. _entries.Take(count)];
    }

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        lock (_lock)
            _entries.Clear();
    }

    private void Trim()
    {
        if (_entries.Count > _lengthMax)
            _entries.RemoveRange(_lengthMax, _entries.Count - _lengthMax);
    }
}

/// <summary>Something that was denied.</summary>
/// <param name="Id">Its number, from 0.</param>
/// <param name="Verdict">What was denied.</param>
/// <param name="Where">"toplevel", "multi" or "lua".</param>
/// <param name="What">The command, key or channel; of a refused login the command that asked for it.</param>
/// <param name="UserName">To whom.</param>
/// <param name="Client">His line of CLIENT LIST.</param>
/// <param name="CreatedMs">Unix milliseconds at which it was first denied.</param>
internal sealed record AclLogEntry(long Id, AclVerdict Verdict, string Where, string What, string UserName, string Client, long CreatedMs)
{
    /// <summary>How often.</summary>
    public long Count { get; private init; } = 1;

    /// <summary>Unix milliseconds at which it was last denied.</summary>
    public long UpdatedMs { get; private init; } = CreatedMs;

    /// <summary>Whether the same was denied to the same.</summary>
    public bool IsSame(AclLogEntry other) => Verdict == other.Verdict && Where == other.Where && What == other.What && UserName == other.UserName;

    /// <summary>Counted up by a later one.</summary>
    public AclLogEntry Again(AclLogEntry later) => this with { Count = Count + 1, UpdatedMs = later.CreatedMs, Client = later.Client };
}
