using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>What is special about <see cref="ExclusiveBlock{T}"/>, one step at a time; <see cref="ExclusiveBlockStressTests"/> does it with threads.</summary>
[TestClass]
public sealed class ExclusiveBlockTests
{
    [TestMethod]
    public void An_idle_block_runs_a_message_on_the_posting_thread_before_the_post_returns()
    {
        int? ranOn = null;
        var block = new ProbeBlock { OnRun = _ => ranOn = Environment.CurrentManagedThreadId };
        Assert.IsTrue(block.Post(new Item(1)));
        Assert.AreEqual(Environment.CurrentManagedThreadId, ranOn);
        Assert.AreEqual(1, block.Releases);
    }

    [TestMethod]
    public void Messages_posted_from_inside_run_after_the_current_one_in_order()
    {
        var ran = new List<string>();
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            OnRun = item =>
            {
                ran.Add($"begin {item.Number}");
                if (item.Number == 1)
                {
                    Assert.IsTrue(block.Post(new Item(2)));
                    Assert.IsTrue(block.Post(new Item(3)));
                    Assert.AreEqual(2, block.QueueLength);
                }

                ran.Add($"end {item.Number}");
            },
        };
        Assert.IsTrue(block.Post(new Item(1)));
        CollectionAssert.AreEqual(new[] { "begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3" }, ran);
        Assert.AreEqual(1, block.Releases, "released between the messages");
    }

    [TestMethod]
    public void A_message_may_be_posted_again_from_its_own_run()
    {
        int runs = 0;
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            OnRun = item =>
            {
                if (++runs < 1000)
                    Assert.IsTrue(block.Post(item));
            },
            OnHandOver = rest => rest.Execute(),
        };
        Assert.IsTrue(block.Post(new Item(1)));
        Assert.AreEqual(1000, runs);
        Assert.AreEqual(new LedgerReading(1000, 1000, 0, 0), block.Ledger);
    }

    [TestMethod]
    public void A_post_to_another_block_nests()
    {
        var ran = new List<string>();
        var inner = new ProbeBlock { OnRun = _ => ran.Add("inner"), OnRelease = () => ran.Add("inner released") };
        var outer = new ProbeBlock
        {
            OnRun = _ =>
            {
                ran.Add("outer begins");
                Assert.IsTrue(inner.Post(new Item(2)));
                ran.Add("outer ends");
            },
            OnRelease = () => ran.Add("outer released"),
        };
        Assert.IsTrue(outer.Post(new Item(1)));
        CollectionAssert.AreEqual(new[] { "outer begins", "inner", "inner released", "outer ends", "outer released" }, ran);
    }

    [TestMethod]
    public void AfterRelease_comes_when_the_block_is_free_for_others()
    {
        ProbeBlock block = null!;
        int ran = 0;
        var queued = new List<long>();
        block = new ProbeBlock
        {
            OnRun = _ => ran++,
            OnRelease = () =>
            {
                queued.Add(block.QueueLength);
                if (ran == 1)
                    Assert.IsTrue(block.Post(new Item(2)));
            },
        };
        Assert.IsTrue(block.Post(new Item(1)));
        Assert.AreEqual(2, ran, "a post from AfterRelease did not run at once: the block was not free");
        CollectionAssert.AreEqual(new long[] { 0, 0 }, queued);
    }

    [TestMethod]
    public void After_TurnMax_waiting_messages_the_block_goes_to_another_thread_in_order()
    {
        const int Count = 200;
        var ran = new List<int>();
        var handedOver = new Queue<IThreadPoolWorkItem>();
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            OnHandOver = handedOver.Enqueue,
            OnRun = item =>
            {
                ran.Add(item.Number);
                for (int i = 1; item.Number == 0 && i <= Count; i++)
                    Assert.IsTrue(block.Post(new Item(i)));
            },
        };

        Assert.IsTrue(block.Post(new Item(0)));
        Assert.HasCount(1 + ExclusiveBlock<Item>.TurnMax, ran);
        Assert.AreEqual(1, block.Releases, "the thread that gave the block up was not told: what it deferred is stranded");
        Assert.HasCount(1, handedOver);

        // Still owned: nobody else runs meanwhile, neither a poster nor one who completes.
        Assert.IsTrue(block.Post(new Item(Count + 1)));
        block.Complete();
        Assert.HasCount(1 + ExclusiveBlock<Item>.TurnMax, ran);
        Assert.IsFalse(block.Completion.IsCompleted);

        int turns = 0;
        while (handedOver.TryDequeue(out IThreadPoolWorkItem? rest))
        {
            rest.Execute();
            turns++;
        }

        Assert.AreEqual(3, turns);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count + 2).ToArray(), ran);
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully);
        Assert.AreEqual(new LedgerReading(Count + 2, Count + 2, 0, 0), block.Ledger);
    }

    [TestMethod]
    public void A_message_that_keeps_the_block_holds_all_others_back_until_it_is_freed()
    {
        var ran = new List<int>();
        var block = new ProbeBlock { OnRun = item => ran.Add(item.Number), Keeps = item => item.Number == 1 };
        Assert.IsTrue(block.Post(new Item(1)));
        Assert.AreEqual(1, block.Releases, "the thread that left the block held was not told: what it deferred is stranded");
        Assert.IsTrue(block.Post(new Item(2)));
        block.Complete();
        Assert.HasCount(1, ran);
        Assert.IsFalse(block.Completion.IsCompleted);

        block.Free();
        CollectionAssert.AreEqual(new[] { 1, 2 }, ran);
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully);
        Assert.AreEqual(new LedgerReading(2, 2, 0, 0), block.Ledger);
    }

    [TestMethod]
    public void Messages_taken_together_with_one_that_keeps_the_block_wait_for_its_end()
    {
        var ran = new List<int>();
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            Keeps = item => item.Number == 1,
            OnRun = item =>
            {
                ran.Add(item.Number);
                for (int i = 1; item.Number == 0 && i <= 3; i++)
                    Assert.IsTrue(block.Post(new Item(i)));
            },
        };
        Assert.IsTrue(block.Post(new Item(0)));
        block.Complete();
        CollectionAssert.AreEqual(new[] { 0, 1 }, ran);
        Assert.AreEqual(1, block.Releases, "the thread that drained up to a hold was not told: what it deferred is stranded");
        block.Free();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, ran);
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully);
        Assert.AreEqual(new LedgerReading(4, 4, 0, 0), block.Ledger);
    }

    [TestMethod]
    public void A_fault_from_inside_refuses_what_waits_and_every_refused_message_is_told()
    {
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            OnRun = item =>
            {
                for (int i = 2; item.Number == 1 && i <= 4; i++)
                    Assert.IsTrue(block.Post(new Item(i)));
                throw new InvalidOperationException($"bug {item.Number}");
            },
        };
        Assert.IsTrue(block.Post(new Item(1)));
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, block.Refused.ToArray(), "the one that threw is told too: its client waits");
        Assert.AreEqual(new LedgerReading(4, 0, 3, 1), block.Ledger);
        Assert.AreEqual("bug 1", block.Completion.Exception!.InnerException!.Message);
    }

    [TestMethod]
    public void A_refusal_or_AfterRelease_that_throws_still_lets_the_block_end()
    {
        var refusing = new ProbeBlock { OnRun = _ => throw new InvalidOperationException("bug"), OnRefuse = _ => throw new InvalidOperationException("worse") };
        Assert.IsTrue(refusing.Post(new Item(1)));
        Assert.AreEqual("bug", refusing.Completion.Exception!.InnerException!.Message);
        refusing.Ledger.AssertSettled("refusing");

        var releasing = new ProbeBlock { OnRelease = () => throw new InvalidOperationException("bug") };
        Assert.IsTrue(releasing.Post(new Item(1)));
        Assert.AreEqual("bug", releasing.Completion.Exception!.InnerException!.Message);
        releasing.Ledger.AssertSettled("releasing");
    }

    [TestMethod]
    public void Completing_from_inside_runs_what_waits_and_refuses_what_comes_after()
    {
        var ran = new List<int>();
        ProbeBlock block = null!;
        block = new ProbeBlock
        {
            OnRun = item =>
            {
                ran.Add(item.Number);
                if (item.Number != 1)
                    return;
                Assert.IsTrue(block.Post(new Item(2)));
                block.Complete();
                Assert.IsFalse(block.Post(new Item(3)));
                Assert.IsFalse(block.Completion.IsCompleted);
            },
        };
        Assert.IsTrue(block.Post(new Item(1)));
        CollectionAssert.AreEqual(new[] { 1, 2 }, ran);
        Assert.IsTrue(block.Completion.IsCompletedSuccessfully);
    }

    [TestMethod]
    public void A_post_allocates_nothing()
    {
        var block = new ProbeBlock();
        var item = new Item(1);
        for (int i = 0; i < 100; i++)
            block.Post(item);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            block.Post(item);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
