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
