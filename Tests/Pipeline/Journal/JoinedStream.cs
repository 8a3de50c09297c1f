using System.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>What a restore streamer of one shard would send: base values from a walk, changes from the journal, as they come.</summary>
internal sealed class JoinedStream : IWalkConsumer, IJournalConsumer
{
    private static readonly CommandTable Table = new(CommandFamilies.All);
    // Names for base values, which shards take at the same time.
    private static ulong _bases = ulong.MaxValue;

    public string Name => "joined";

    public bool HasRoom => true;

    public bool WantsMore { get; set; }

    public bool IsFinished { get; private set; }

    public List<(ChangeHeader Header, string[] Words)> Items { get; } = [];

    /// <summary>A key whose base value came behind a change of it; null if there is none, as must be.</summary>
    public string? FirstBaseTooLate
    {
        get
        {
            HashSet<string> changed = [];
            foreach ((ChangeHeader header, string[] words) in Items)
            {
                if (header.Lsn > 0)
                    changed.UnionWith(KeysOf(words).Select(key => $"{header.Database}:{key}"));
                else if (changed.Contains($"{header.Database}:{words[1]}"))
                    return words[1];
            }

            return null;
        }
    }

    /// <summary>Registers walk and consumer of each shard in one step on all; <paramref name="inThatStep"/> runs in it too.</summary>
    public static async Task<JoinedStream[]> RegisterAsync(StoreEngine engine, Action? inThatStep = null)
    {
        JoinedStream[] streams = [.. engine.Shards.Select(static _ => new JoinedStream())];
        await RecordingConsumer.InOneStepAsync(engine, () =>
        {
            inThatStep?.Invoke();
            foreach (ShardBlock shard in engine.Shards)
            {
                JoinedStream stream = streams[shard.Index];
                engine.Journals.Register(shard, stream, TimeSpan.FromSeconds(1));
                ShardWalk walk = ShardWalks.Register(shard, "joined", stream);
                if (walk.IsComplete)
                    walk.Advance(1);
            }
        });
        return streams;
    }

    /// <summary>Has all walks of a store that nobody uses meanwhile go on to their ends.</summary>
    public static void Finish(StoreEngine engine, JoinedStream[] streams)
    {
        foreach (JoinedStream stream in streams)
            stream.WantsMore = true;
        for (int i = 0; i < 10_000 && !Array.TrueForAll(streams, stream => stream.IsFinished); i++)
            engine.PostToShards(static shard => shard.Walks?.RunSlice());
        Assert.IsTrue(Array.TrueForAll(streams, stream => stream.IsFinished));
    }

    public void Take(Database content, int database, BucketSlots records)
    {
        foreach (Slot slot in records)
            Items.Add((new ChangeHeader { Transaction = Interlocked.Decrement(ref _bases), Shards = 1, Database = database }, BaseOf(content, content.Table.Key(slot))));
    }

    public void Finished(ShardWalk walk) => IsFinished = true;

    public void Take(in JournalRecord record)
    {
        string[] words = new string[record.Words.Count];
        for (int i = 0; i < words.Length; i++)
            words[i] = Encoding.Latin1.GetString(record.Words[i]);
        Items.Add((record.Header, words));
    }

    public void Fault(Exception reason) => Assert.Fail(reason.ToString());

    private static IEnumerable<string> KeysOf(string[] words)
    {
        if (words.Length == 0)
            return [];
        byte[] data = Encoding.Latin1.GetBytes(string.Concat(words));
        ArgList ranges = new();
        int at = 0;
        foreach (string word in words)
        {
            ranges.Add(at, word.Length);
            at += word.Length;
        }

        ArgView args = new(data, ranges.Items.AsSpan(0, ranges.Count));
        CommandDescriptor command = Table.Find(args[0])!;
        List<int> keys = [];
        (command.Subcommands.Count > 0 ? command.FindSubcommand(args[1])! : command).Keys.Find(args, keys);
        Assert.IsNotEmpty(keys, string.Join(' ', words));
        return keys.Select(key => words[key]);
    }

    private static string[] BaseOf(Database content, ReadOnlySpan<byte> key)
    {
        JournalDraft draft = new();
        KeyState.Write(content, key, draft);
        return Array.ConvertAll(draft.RangesOf(0).ToArray(), (ArgRange word) => Encoding.Latin1.GetString(draft.Data, word.Offset, word.Length));
    }
}
