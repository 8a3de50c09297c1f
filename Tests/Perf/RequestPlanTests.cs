using DragonflyFlow.Perf.Compare;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class RequestPlanTests
{
    [TestMethod]
    public void The_cheapest_server_of_a_row_decides_how_many_requests_all_get()
    {
        RequestPlan plan = new(fixedRequests: null);
        plan.Learn("get", 16, requests: 60_000, cpuSeconds: 0.18);
        plan.Learn("get", 16, requests: 60_000, cpuSeconds: 0.06);
        plan.Learn("get", 16, requests: 60_000, cpuSeconds: 0.12);

        Assert.AreEqual(600_000, plan.Of("get", 16), delta: 1000);
        Assert.AreEqual(plan.WarmUp(16), plan.Of("set", 16));
    }

    [TestMethod]
    public void A_run_shorter_than_a_tick_does_not_ask_for_infinitely_many_requests()
    {
        RequestPlan plan = new(fixedRequests: null);
        plan.Learn("get", 64, requests: 10_000, cpuSeconds: 0);

        Assert.AreEqual(600_000, plan.Of("get", 64), delta: 1000);
    }

    [TestMethod]
    public void A_given_number_stays()
    {
        RequestPlan plan = new(fixedRequests: 5000);
        plan.Learn("get", 1, requests: 5000, cpuSeconds: 0.01);

        Assert.AreEqual(5000, plan.Of("get", 1));
        Assert.AreEqual(5000, plan.WarmUp(1));
    }
}
