using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Tests.Pipeline.Shards;

[TestClass]
public class HugePagePaceTests
{
    private const int TicksPerSecond = 10;

    private readonly HugePagePace _pace = new(TimeSpan.FromSeconds(1.0 / TicksPerSecond));

    [TestMethod]
    public void While_a_store_grows_one_is_made_in_a_second_and_when_it_has_rested_for_one_many()
    {
        int whileGrowing = 0;
        for (int tick = 1; tick <= 3 * TicksPerSecond; tick++)
            whileGrowing += _pace.ChunksNow(tick);
        Assert.AreEqual(3, whileGrowing);

        int[] calm = [.. Enumerable.Range(0, 2 * TicksPerSecond).Select(_ => _pace.ChunksNow(3 * TicksPerSecond))];
        Assert.IsTrue(calm.Take(TicksPerSecond - 1).Sum() <= 1, string.Join(' ', calm));
        Assert.IsTrue(calm.Skip(TicksPerSecond).All(chunks => chunks > 1), string.Join(' ', calm));
    }

    [TestMethod]
    public void A_store_that_shrinks_has_not_rested_either()
    {
        for (int tick = 0; tick < 2 * TicksPerSecond; tick++)
            _pace.ChunksNow(10);
        Assert.IsTrue(_pace.ChunksNow(10) > 1);
        Assert.IsTrue(_pace.ChunksNow(9) <= 1);
    }
}
