using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>
/// A second store to which the journals of a first one are replayed, each in its order; a transaction of several shards when the journals of all have come to
/// it. Its clock is ahead of the first one's.
/// </summary>
internal sealed class Replica : IDisposable
{
    private readonly InProcessClient _client;
    private int _database;

    internal Replica(int shards, TimeProvider time)
    {
        _client = new InProcessClient(shards, time);
        _client.Session.Client.IsReplay = true;
    }

    internal InProcessClient Client => _client;

    /// <summary>Why a change could not be replayed; null if all could.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Replays all journals to their ends.</summary>
    internal void Replay(IReadOnlyList<List<(ChangeHeader Header, string[] Words)>> journals)
    {
        int[] at = new int[journals.Count];
        Dictionary<ulong, int>[] ends = [.. journals.Select(EndsOf)];
        while (Problem is null && Enumerable.Range(0, at.Length).Any(i => at[i] < journals[i].Count))
        {
            if (!Step(journals, ends, at))
                Problem = "A part is missing: " + string.Join("; ", journals.Select((journal, i) => at[i] < journal.Count ? journal[at[i]].Header.ToString() : "at its end"));
        }
    }

    /// <summary>DEBUG DIGEST, as a client sees it.</summary>
    internal string Digest()
    {
        using InProcessClient client = new(_client.Engine);
        return client.Execute("DEBUG", "DIGEST");
    }

    public void Dispose() => _client.Dispose();

    // The next transaction, with all its parts. Two that have no key in common may stand in different order in two journals (VLL): then what stands before a
    // part belongs to the same step.
    private static bool TryCollect(IReadOnlyList<List<(ChangeHeader Header, string[] Words)>> journals, Dictionary<ulong, int>[] ends, int[] at, int[] until)
    {
        int first = Enumerable.Range(0, at.Length).First(i => at[i] < journals[i].Count);
        Queue<ChangeHeader> parts = new([journals[first][at[first]].Header]);
        HashSet<ulong> seen = [parts.Peek().Transaction];
        while (parts.TryDequeue(out ChangeHeader part))
        {
            int shards = 0;
            for (int i = 0; i < at.Length; i++)
            {
                if (!ends[i].TryGetValue(part.Transaction, out int end))
                    continue;
                shards++;
                for (; until[i] < end; until[i]++)
                {
                    if (seen.Add(journals[i][until[i]].Header.Transaction))
                        parts.Enqueue(journals[i][until[i]].Header);
                }
            }

            if (shards != part.Shards)
                return false;
        }

        return true;
    }

    private bool Step(IReadOnlyList<List<(ChangeHeader Header, string[] Words)>> journals, Dictionary<ulong, int>[] ends, int[] at)
    {
        int[] until = [.. at];
        if (!TryCollect(journals, ends, at, until))
            return false;
        List<(ChangeHeader Header, string[] Words)>[] taken = [.. journals.Select((journal, i) => journal.GetRange(at[i], until[i] - at[i])).Where(part => part.Count > 0)];
        AssertCountedDown(taken);
        until.CopyTo(at, 0);
        Apply(taken);
        return true;
    }

    // Where each transaction ends in a journal.
    private static Dictionary<ulong, int> EndsOf(List<(ChangeHeader Header, string[] Words)> journal)
    {
        Dictionary<ulong, int> ends = [];
        for (int i = 0; i < journal.Count; i++)
            ends[journal[i].Header.Transaction] = i + 1;
        return ends;
    }

    private static void AssertCountedDown(List<(ChangeHeader Header, string[] Words)>[] taken)
    {
        foreach (List<(ChangeHeader Header, string[] Words)> part in taken)
        {
            for (int i = 0; i < part.Count; i++)
            {
                if (part[i].Header.Left > 0)
                    Assert.AreEqual((part[i].Header.Transaction, part[i].Header.Left - 1), (part[i + 1].Header.Transaction, part[i + 1].Header.Left));
                else if (i + 1 < part.Count)
                    Assert.AreNotEqual(part[i].Header.Transaction, part[i + 1].Header.Transaction);
            }
        }
    }

    // Within a transaction the order between shards is not told; what is for the whole store stands in all its journals, and is done once where they all are at it.
    private void Apply(List<(ChangeHeader Header, string[] Words)>[] parts)
    {
        int[] at = new int[parts.Length];
        while (true)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                for (; at[i] < parts[i].Count && !IsGlobal(parts[i][at[i]]); at[i]++)
                    Run(parts[i][at[i]]);
            }

            if (at[0] == parts[0].Count)
                return;
            Run(parts[0][at[0]]);
            for (int i = 0; i < parts.Length; i++)
                at[i]++;
        }
    }

    private static bool IsGlobal((ChangeHeader Header, string[] Words) change)
        => change.Words.Length > 0 && change.Words[0].ToUpperInvariant() is "FLUSHALL" or "FLUSHDB" or "SWAPDB";

    private void Run((ChangeHeader Header, string[] Words) change)
    {
        if (Problem is not null || change.Words.Length == 0)
            return;
        if (_database != change.Header.Database)
            _client.Line($"SELECT {_database = change.Header.Database}");
        string reply = _client.Execute(change.Words);
        if (reply.StartsWith('-'))
            Problem = $"{change.Header}: {string.Join(' ', change.Words)}\n{reply}";
    }
}
