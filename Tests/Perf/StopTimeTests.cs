using DragonflyFlow.Perf.StopTime;

namespace DragonflyFlow.Tests.Perf;

/// <summary>The verb <c>stop-time</c>: what it reads from the log of a stop.</summary>
[TestClass]
public sealed class StopTimeTests
{
    [TestMethod]
    public void Stages_are_read_from_the_log_of_a_stop()
    {
        string[] lines =
        [
            "2026-11-28T18:47:40.563Z info: server[5] stop: 10 blocks are alive",
            "2026-11-28T18:47:40.711Z info: server[6] stage Listener stopped in 111.2 ms: 1 block(s), 0 drained, 0 refused, 0 abandoned",
            "2026-11-28T18:47:41.081Z info: server[6] stage Memory stopped in 34 ms: 1 block(s), 1 drained, 0 refused, 0 abandoned",
            "2026-11-28T18:47:41.104Z info: server[9] stopped in 553.4 ms: Clean, 0 live blocks",
        ];

        CollectionAssert.AreEqual(new[] { ("Listener", 111.2), ("Memory", 34.0) }, StopTimeSample.StagesIn(lines).ToArray());
    }

    [TestMethod]
    public void A_sample_is_one_line_of_its_columns()
    {
        StopTimeSample sample = new(2, "ours", 5_000_000, 32, 365_000_000, 0.1873, 0, [("Listener", 45.8), ("Memory", 37)]);

        Assert.AreEqual("2,ours,5000000,32,365000000,0.1873,0,Listener=45.8ms Memory=37ms", sample.ToCsv());
        Assert.HasCount(StopTimeSample.CsvHeader.Split(',').Length, sample.ToCsv().Split(','));
    }
}
