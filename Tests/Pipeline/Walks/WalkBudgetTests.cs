using DragonflyFlow.Pipeline.Walks;

namespace DragonflyFlow.Tests.Pipeline.Walks;

/// <summary>The share of a busy shard's time that its walks may take. A tick is a nanosecond here, and a bucket costs 800 of them.</summary>
[TestClass]
public sealed class WalkBudgetTests
{
    private const int Buckets = 63;
    private const long BucketNs = 800;
    private const long Millisecond = 1_000_000;

    [TestMethod]
    public void Slices_take_their_share_of_the_time()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.1 };
        long now = 0;
        long walked = 0;
        while (now < 1000 * Millisecond)
        {
            now += 10_000;
            if (!budget.Allows(now))
                continue;
            now += Buckets * BucketNs;
            walked += Buckets * BucketNs;
            budget.Sliced(Buckets, Buckets * BucketNs);
            budget.Charge(Buckets);
        }

        Assert.AreEqual(0.1, (double)walked / now, 0.005);
    }

    [TestMethod]
    public void What_changes_take_rests_the_slices()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.01 };
        Assert.IsTrue(budget.Allows(0));
        budget.Charge(1000);
        Assert.IsFalse(budget.Allows(79 * Millisecond));
        Assert.IsTrue(budget.Allows(81 * Millisecond));
    }

    [TestMethod]
    public void Buckets_that_are_dear_are_found_to_be_dear()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.01 };
        for (int slice = 0; slice < 200; slice++)
            budget.Sliced(Buckets, Buckets * 100 * BucketNs);
        budget.Charge(10);
        Assert.IsFalse(budget.Allows(70 * Millisecond));
        Assert.IsTrue(budget.Allows(81 * Millisecond));
    }

    [TestMethod]
    public void A_first_slice_whose_thread_was_off_the_processor_does_not_rest_the_walk_for_minutes()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.01 };
        Assert.IsTrue(budget.Allows(0));
        budget.Sliced(Buckets, 30 * Millisecond);
        budget.Charge(500);
        Assert.IsTrue(budget.Allows(100 * Millisecond), "500 buckets are 0.4 ms of work, and the share makes 40 ms of it");
    }

    [TestMethod]
    public void Slices_that_were_slow_do_not_rest_the_walk_for_what_records_take()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.1 };
        for (int slice = 0; slice < 20; slice++)
            budget.Sliced(Buckets, Buckets * 100 * BucketNs);
        Assert.IsTrue(budget.Allows(0));
        budget.Charge(buckets: 0, records: 1000);
        Assert.IsTrue(budget.Allows(Millisecond), "a record costs a tenth of what a bucket did, and 1000 of them 0.08 ms");
    }

    [TestMethod]
    public void Records_cost_what_those_that_are_timed_do()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.1 };
        for (int record = 0; record < 200; record++)
            budget.TookRecord(10 * BucketNs);
        Assert.IsTrue(budget.Allows(0));
        budget.Charge(buckets: 0, records: 100);
        Assert.IsFalse(budget.Allows(7 * Millisecond));
        Assert.IsTrue(budget.Allows(9 * Millisecond));
    }

    [TestMethod]
    public void Slices_off_the_processor_now_and_then_do_not_make_buckets_dear()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.1 };
        for (int slice = 0; slice < 1000; slice++)
            budget.Sliced(Buckets, Buckets * (slice % 5 == 0 ? 100 : 1) * BucketNs);
        Assert.IsTrue(budget.Allows(0));
        budget.Charge(1000);
        Assert.IsTrue(budget.Allows(12 * Millisecond), "1000 buckets are 0.8 ms of work, and the share makes 8 ms of it");
    }

    [TestMethod]
    public void A_clock_that_stood_still_does_not_make_buckets_free_for_good()
    {
        WalkBudget budget = new(BucketNs) { Share = 0.01 };
        for (int slice = 0; slice < 1000; slice++)
            budget.Sliced(Buckets, 0);
        for (int slice = 0; slice < 200; slice++)
            budget.Sliced(Buckets, Buckets * BucketNs);
        budget.Charge(1000);
        Assert.IsFalse(budget.Allows(70 * Millisecond));
    }
}
