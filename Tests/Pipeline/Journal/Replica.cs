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
        while (Problem is null && Enumerable.Range(0, at.Length).Any(i => at[i] < journals[i].Count))
        {
            if (!Step(journals, at))
                Problem = "The journals wait for each other: " + string.Join("; ", journals.Select((journal, i) => at[i] < journal.Count ? journal[at[i]].Header.ToString() : "at its end"));
        }
    }

    /// <summary>DEBUG DIGEST, as a client sees it.</summary>
    internal string Digest()
    {
        using InProcessClient client = new(_client.Engine);
        return client.Execute("DEBUG", "DIGEST");
    }

    public void Dispose() => _client.Dispose();

    // The next transaction for which all its journals are there.
    private bool Step(IReadOnlyList<List<(ChangeHeader Header, string[] Words)>> journals, int[] at)
    {
        for (int i = 0; i < at.Length; i++)
        {
            if (at[i] == journals[i].Count)
                continue;
            ChangeHeader head = journals[i][at[i]].Header;
            int[] sharing = [.. Enumerable.Range(0, at.Length).Where(j => at[j] < journals[j].Count && journals[j][at[j]].Header.Transaction == head.Transaction)];
            if (sharing.Length < head.Shards)
                continue;
            Apply([.. sharing.Select(j => TakeTransaction(journals[j], ref at[j]))]);
            return true;
        }

        return false;
    }

    private static List<(ChangeHeader Header, string[] Words)> TakeTransaction(List<(ChangeHeader Header, string[] Words)> journal, ref int at)
    {
        int count = journal[at].Header.Left + 1;
        List<(ChangeHeader Header, string[] Words)> taken = journal.GetRange(at, count);
        for (int i = 0; i < count; i++)
        {
            Assert.AreEqual(taken[0].Header.Transaction, taken[i].Header.Transaction);
            Assert.AreEqual(count - 1 - i, taken[i].Header.Left);
        }

        at += count;
        return taken;
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
