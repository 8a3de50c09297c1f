using DragonflyFlow.Perf.Report.Svg;
using DragonflyFlow.Perf.Repro;
using DragonflyFlow.Tests.Simulator.Experiments;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Perf;

/// <summary>Experiment E8: a slice of it runs, its page is whole, and what would refute the claim does.</summary>
[TestClass]
public sealed class ReproShutdownTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dragonflyflow-e8-");

    [TestCleanup]
    public void Delete() => _folder.Delete(recursive: true);

    [TestMethod]
    public async Task A_slice_of_the_experiment_holds_and_leaves_rows_drawings_and_one_page()
    {
        ProgramRun run = await ProgramRun.ToEndAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Perf.dll"), "repro", "shutdown", "--streamers", "0,4", "--seeds", "1", "--first-seed", "900", "--out", _folder.FullName],
            directory: Repository.Root);

        string output = run.Succeeded();
        Assert.Contains("upstream-first: 72 stops: 0 touches, 0 lost, 0 doubled, 0 torn, 0 hung, 0 leaked, 0 faulted; 0 with a violation, at most 4.167% at 95% (3/n)", output);
        Assert.Contains("the claim holds", output);
        string[] rows = await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "samples.csv"));
        Assert.HasCount(1 + 216, rows);
        Assert.StartsWith("commit,machine,order,streamer,streamers,sink,phase,seed,outcome,stop_ms,listener_ms,", rows[0]);
        string page = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "index.html"));
        Assert.AreEqual(6, Count(page, "<svg "), "a drawing is missing");
        Assert.AreEqual(Count(page, "<svg "), Count(page, "http"), "the page asks for something beside itself");
        Assert.DoesNotContain("NaN", page);
        Assert.Contains("trials --trial downstream-first/", page);

        TrialRows read = TrialRows.Read([Path.Combine(_folder.FullName, "samples.csv")]);
        CollectionAssert.AreEqual(rows, read.Lines().Prepend(TrialRows.Header).ToArray());
        ShutdownOptions options = new ShutdownOptions().For(read.Results);
        Assert.AreEqual(216, options.Grid.Count);
        Assert.AreEqual(900, options.FirstSeed);
    }

    [TestMethod]
    public void Rows_of_several_runs_are_put_together_unless_they_hold_the_same_trial()
    {
        string first = Rows("first", Result("abrupt")), second = Rows("second", Result("upstream-first"));

        TrialRows read = TrialRows.Read([first, second]);

        Assert.HasCount(2, read.Results);
        Assert.AreEqual(("here", "cpu \"x\", 2 cores"), (read.Commit, read.Machine));
        Assert.ThrowsExactly<InvalidOperationException>(() => TrialRows.Read([first, second, first]));
        File.WriteAllText(second, "a,b\n1,2\n");
        Assert.ThrowsExactly<InvalidOperationException>(() => TrialRows.Read([second]));
    }

    [TestMethod]
    public void The_claim_falls_with_one_violation_of_the_right_order()
    {
        TrialResult[] good = [Result("upstream-first"), Result("abrupt") with { Touches = 1 }];
        Assert.IsTrue(Summary(good).Holds);
        foreach (TrialResult bad in (TrialResult[])
            [good[0] with { Lost = 1 }, good[0] with { Doubled = 1 }, good[0] with { Touches = 1 }, good[0] with { Hung = 1 }, good[0] with { Leaked = 1 }, good[0] with { Torn = 1 }, good[0] with { Faulted = 1 }])
        {
            ShutdownSummary summary = Summary(good[0], bad, good[1]);
            Assert.IsFalse(summary.Holds, bad.ToCsv());
            Assert.AreEqual((1, null), (summary.BadOfRight, summary.Bound));
        }
    }

    [TestMethod]
    public void The_claim_falls_when_naive_orders_show_nothing()
    {
        Assert.IsFalse(Summary(Result("upstream-first"), Result("abrupt")).Holds, "no control");
        Assert.IsFalse(Summary(Result("upstream-first"), Result("abrupt") with { Lost = 1 }).Holds, "nothing was touched");
    }

    [TestMethod]
    public void No_violation_in_n_bounds_the_share_at_three_over_n()
    {
        ShutdownSummary summary = Summary([.. Enumerable.Repeat(Result("upstream-first"), 10_000), Result("abrupt") with { Touches = 1 }]);
        Assert.AreEqual("at most 0.03% at 95% (3/n)", summary.BoundText);
    }

    [TestMethod]
    public void An_axis_of_powers_of_ten_holds_its_values_and_what_is_less_lies_at_its_begin()
    {
        Axis axis = Axis.Log(0.1, 20_537, 0, 600);

        CollectionAssert.AreEqual(new[] { 0.1, 1, 10, 100, 1_000, 10_000, 100_000 }, axis.Marks().Select(mark => Math.Round(mark, 3)).ToArray());
        Assert.AreEqual(0, axis.At(0));
        Assert.AreEqual(100, axis.At(1), 1e-9);
        Assert.AreEqual(600, axis.At(1e9), 1e-9);
    }

    [TestMethod]
    [DataRow(0.9, 1.0)]
    [DataRow(86.0, 100.0)]
    [DataRow(12.99, 15.0)]
    public void A_linear_axis_ends_at_a_round_number(double most, double end)
    {
        Axis axis = Axis.Linear(most, 0, 100);

        Assert.AreEqual(end, axis.To, 1e-9);
        Assert.AreEqual(end, axis.Marks().Last(), 1e-9);
    }

    [TestMethod]
    public void What_is_drawn_is_escaped()
    {
        SvgDrawing drawing = new(10, 10, "a < b");
        drawing.Text(1, 2, "5 < 6 & \"7\"");

        Assert.Contains("5 &lt; 6 &amp; &quot;7&quot;", drawing.ToString());
        Assert.Contains("aria-label=\"a &lt; b\"", drawing.ToString());
    }

    private string Rows(string name, params TrialResult[] results)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(file, new TrialRows("here", "cpu \"x\", 2 cores", results).Lines().Prepend(TrialRows.Header));
        return file;
    }

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    private static TrialResult Result(string order) => new(new Trial(order, "leased", 1, SinkManner.Fast, StopPhase.Walk, 1), 0, "Clean", 1, new double[13]);

    private static ShutdownSummary Summary(params TrialResult[] results) => new(new ShutdownOptions { Orders = ["upstream-first", "abrupt"] }, results);
}
