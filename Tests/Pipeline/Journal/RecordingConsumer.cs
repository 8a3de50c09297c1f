using System.Text;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>Keeps the changes of one shard as they come, read back from their frames.</summary>
internal sealed class RecordingConsumer : IJournalConsumer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "recording";

    public bool HasRoom => true;

    public List<(ChangeHeader Header, string[] Words)> Records { get; } = [];

    /// <summary>The frames of all changes.</summary>
    public List<byte[]> Frames { get; } = [];

    /// <summary>What it is given, as "database: words"; for tests of one shard.</summary>
    public string[] Effects => [.. Records.Select(record => $"{record.Header.Database}: {string.Join(' ', record.Words)}")];

    /// <summary>Where it was registered.</summary>
    public JournalBranch? Branch { get; private set; }

    /// <summary>Registers one at each shard of a store, at one moment.</summary>
    public static async Task<RecordingConsumer[]> RegisterAsync(StoreEngine engine)
    {
        RecordingConsumer[] consumers = [.. engine.Shards.Select(static _ => new RecordingConsumer())];
        await InOneStepAsync(engine, () =>
        {
            foreach (ShardBlock shard in engine.Shards)
                consumers[shard.Index].Branch = engine.Journals.Register(shard, consumers[shard.Index], TimeSpan.FromSeconds(1));
        });
        return consumers;
    }

    /// <summary>Runs a step while all shards are held.</summary>
    public static async Task InOneStepAsync(StoreEngine engine, Action step) => Assert.IsTrue(await GlobalWork.RunAsync(engine, step).WaitAsync(Patience));

    public void Take(in JournalRecord record)
    {
        byte[] frame = record.Frame.ToArray();
        ArgList ranges = new();
        Assert.IsTrue(ChangeFrame.TryRead(frame, 0, frame.Length, ranges, out ChangeHeader header, out int next));
        Assert.AreEqual(frame.Length, next);
        Assert.AreEqual(record.Header, header);
        string[] words = [.. Enumerable.Range(0, ranges.Count).Select(i => Encoding.Latin1.GetString(frame, ranges.Items[i].Offset, ranges.Items[i].Length))];
        Assert.HasCount(record.Words.Count, words);
        for (int i = 0; i < words.Length; i++)
            Assert.AreEqual(Encoding.Latin1.GetString(record.Words[i]), words[i]);
        Records.Add((header, words));
        Frames.Add(frame);
    }

    public void Fault(Exception reason) => Assert.Fail(reason.ToString());
}
