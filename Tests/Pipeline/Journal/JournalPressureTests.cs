using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>A consumer that does not keep up makes the shard's intake rest between two messages, up to a deadline; it is the consumer that gives way then.</summary>
[TestClass]
public sealed class JournalPressureTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    [TestMethod]
    public async Task A_full_consumer_holds_the_intake_between_messages_until_it_has_room()
    {
        using InProcessClient client = new(time: new ManualTimeProvider());
        SlowConsumer slow = await SlowConsumer.RegisterAsync(client, Deadline);
        RecordingConsumer other = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        slow.HasRoom = false;
        // One read is one message: it ends, with all its commands, before the rest begins.
        Assert.AreEqual("+OK\r\n+OK\r\n", client.Pipeline(["SET", "a", "1"], ["SET", "b", "1"]));
        using InProcessClient second = new(client.Engine);
        Assert.IsNull(second.Begin("SET", "c", "1"), "the intake rests");
        Assert.IsNull(second.Poll());
        Assert.HasCount(2, other.Records);
        slow.HasRoom = true;
        slow.Branch!.RoomCame();
        Assert.AreEqual("+OK\r\n", second.Poll());
        Assert.AreEqual(3, slow.Taken);
        Assert.HasCount(3, other.Records);
        Assert.IsNull(slow.Reason);
    }

    [TestMethod]
    public async Task At_the_deadline_the_consumer_is_faulted_and_commands_go_on()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        SlowConsumer slow = await SlowConsumer.RegisterAsync(client, Deadline);
        RecordingConsumer other = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        slow.HasRoom = false;
        client.Line("SET a 1");
        using InProcessClient second = new(client.Engine);
        Assert.IsNull(second.Begin("SET", "b", "1"));
        time.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        Assert.IsNull(second.Poll());
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual("+OK\r\n", second.Poll());
        Assert.IsInstanceOfType<TimeoutException>(slow.Reason);
        client.Line("SET c 1");
        Assert.AreEqual(1, slow.Taken, "nothing is given to a consumer that was faulted");
        Assert.IsTrue(slow.Branch!.HasEnded);
        CollectionAssert.AreEqual(new[] { "0: SET a 1", "0: SET b 1", "0: SET c 1" }, other.Effects);
        Assert.HasCount(1, client.Engine.Shards[0].Journal!.Branches);
    }

    [TestMethod]
    public async Task A_consumer_that_throws_is_faulted_alone()
    {
        using InProcessClient client = new(time: new ManualTimeProvider());
        SlowConsumer broken = await SlowConsumer.RegisterAsync(client, Deadline);
        broken.Throws = true;
        RecordingConsumer other = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        Assert.AreEqual("+OK\r\n+OK\r\n", client.Pipeline(["SET", "a", "1"], ["SET", "b", "1"]));
        Assert.AreEqual("broken", broken.Reason?.Message);
        CollectionAssert.AreEqual(new[] { "0: SET a 1", "0: SET b 1" }, other.Effects);
        Assert.AreEqual(0, client.Engine.Bugs);
    }

    [TestMethod]
    public async Task A_faulted_consumer_that_was_the_only_one_ends_the_journal()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        SlowConsumer slow = await SlowConsumer.RegisterAsync(client, Deadline);
        slow.HasRoom = false;
        client.Line("SET a 1");
        time.Advance(Deadline);
        client.Line("SET b 1");
        Assert.IsFalse(client.Engine.Journals.IsActive);
        Assert.IsFalse(slow.Branch!.End(), "it has been taken off");
    }

    private sealed class SlowConsumer : IJournalConsumer
    {
        public string Name => "slow";

        public bool HasRoom { get; set; } = true;

        public bool Throws { get; set; }

        public int Taken { get; private set; }

        public Exception? Reason { get; private set; }

        public JournalBranch? Branch { get; private set; }

        public static async Task<SlowConsumer> RegisterAsync(InProcessClient client, TimeSpan deadline)
        {
            SlowConsumer consumer = new();
            await RecordingConsumer.InOneStepAsync(client.Engine, () => consumer.Branch = client.Engine.Journals.Register(client.Engine.Shards[0], consumer, deadline));
            return consumer;
        }

        public void Take(in JournalRecord record)
        {
            if (Throws)
                throw new InvalidOperationException("broken");
            Taken++;
        }

        public void Fault(Exception reason)
        {
            Assert.IsNull(Reason, "faulted twice");
            Reason = reason;
        }
    }
}
