namespace DragonflyFlow.Tests.Consistency;

/// <summary>The checkers on histories written by hand, whose verdicts are known.</summary>
[TestClass]
public sealed class CheckerTests
{
    [TestMethod]
    public void Operations_that_overlap_may_have_happened_in_either_order()
    {
        Assert.AreEqual(Verdict.Right, Check(Write("1", 1, 10), Read("1", 2, 4), Write("2", 3, 9), Read("2", 11, 12)));
        Assert.AreEqual(Verdict.Right, Check(Write("1", 1, 10), Write("2", 2, 9), Read("2", 3, 4), Read("1", 5, 6)));
    }

    [TestMethod]
    public void A_stale_read_is_wrong()
    {
        Assert.AreEqual(Verdict.Wrong, Check(Write("1", 1, 2), Write("2", 3, 4), Read("1", 5, 6)));
        Assert.AreEqual(Verdict.Wrong, Check(Write("1", 1, 10), Read("1", 2, 3), Read(null, 4, 5)), "what was seen once is not unseen");
    }

    [TestMethod]
    public void Two_that_set_from_the_same_value_are_wrong()
    {
        RegisterOperation Cas(int client, string put) => new("r", client, RegisterAction.CompareAndSet, null, put, client, 10 + client);
        Assert.AreEqual(Verdict.Right, Check(Cas(1, "a")));
        Assert.AreEqual(Verdict.Wrong, Check(Cas(1, "a"), Cas(2, "b")));
    }

    [TestMethod]
    public void What_was_not_answered_may_have_happened_or_not()
    {
        RegisterOperation lost = Write("1", 1, long.MaxValue);
        Assert.AreEqual(Verdict.Right, Check(lost, Read(null, 2, 3), Read("1", 4, 5)));
        Assert.AreEqual(Verdict.Right, Check(lost, Read(null, 2, 3)));
        Assert.AreEqual(Verdict.Wrong, Check(lost, Read("1", 2, 3), Read(null, 4, 5)));
    }

    [TestMethod]
    public void Registers_are_judged_each_by_itself()
        => Assert.AreEqual(Verdict.Right, Check(Write("1", 1, 2), Read(null, 3, 4) with { Key = "other" }));

    [TestMethod]
    public void A_search_that_takes_too_long_is_no_pass()
    {
        RegisterOperation[] hard = [.. Enumerable.Range(0, 14).Select(i => Write($"{i}", 1 + i, 100 + i)), Read("never", 50, 300)];
        Assert.AreEqual(Verdict.Unknown, new LinearizabilityChecker(TimeProvider.System, TimeSpan.Zero).Check(hard));
        Assert.AreEqual(Verdict.Wrong, Check([.. hard.Skip(6)]));
    }

    [TestMethod]
    public void Transactions_one_after_the_other_are_right()
        => Assert.IsNull(ListAppendChecker.FindFault([Tx(1, Append("x", 1)), Tx(2, ReadOf("x", 1), Append("y", 2)), Tx(3, ReadOf("x", 1), ReadOf("y", 2))]));

    [TestMethod]
    public void Half_a_transaction_seen_is_a_circle()
    {
        ListTransaction writer = new(1, [Append("x", 1), Append("y", 2)], 1, 10);
        ListTransaction reader = new(2, [ReadOf("x", 1), ReadOf("y")], 2, 9);
        StringAssert.Contains(ListAppendChecker.FindFault([writer, reader, Tx(20, ReadOf("x", 1), ReadOf("y", 2))]), "rw y 2", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Write_skew_is_a_circle()
    {
        ListTransaction one = new(1, [ReadOf("x"), Append("y", 1)], 1, 10);
        ListTransaction other = new(2, [ReadOf("y"), Append("x", 2)], 2, 9);
        Assert.IsNotNull(ListAppendChecker.FindFault([one, other, Tx(20, ReadOf("x", 2), ReadOf("y", 1))]));
    }

    [TestMethod]
    public void A_read_of_the_past_is_a_circle_in_real_time_alone()
    {
        ListTransaction writer = Tx(1, Append("x", 1));
        ListTransaction late = Tx(2, ReadOf("x"));
        StringAssert.Contains(ListAppendChecker.FindFault([writer, late, Tx(3, ReadOf("x", 1))]), "begins later", StringComparison.Ordinal);
        Assert.IsNull(ListAppendChecker.FindFault([writer with { Completed = 1000 }, late, Tx(200, ReadOf("x", 1))]), "while they overlap it is none");
    }

    [TestMethod]
    public void Loss_and_disagreement_are_seen()
    {
        StringAssert.Contains(ListAppendChecker.FindFault([Tx(1, Append("x", 1)), Tx(2, ReadOf("x"))]), "0 times", StringComparison.Ordinal);
        StringAssert.Contains(ListAppendChecker.FindFault([Tx(1, ReadOf("x", 1, 2)), Tx(2, ReadOf("x", 2))]), "do not agree", StringComparison.Ordinal);
        StringAssert.Contains(ListAppendChecker.FindFault([Tx(1, Append("x", 1), ReadOf("x")), Tx(2, ReadOf("x", 1))]), "its own", StringComparison.Ordinal);
    }

    private static Verdict Check(params RegisterOperation[] history) => new LinearizabilityChecker(TimeProvider.System, TimeSpan.FromMinutes(1)).Check(history);

    private static RegisterOperation Write(string value, long invoked, long completed) => new("r", 1, RegisterAction.Write, null, value, invoked, completed);

    private static RegisterOperation Read(string? value, long invoked, long completed) => new("r", 2, RegisterAction.Read, value, null, invoked, completed);

    private static ListTransaction Tx(int at, params ListAction[] actions) => new(at, actions, at * 10, (at * 10) + 5);

    private static ListAction Append(string key, int element) => new(key, element, null);

    private static ListAction ReadOf(string key, params int[] elements) => new(key, null, elements);
}
