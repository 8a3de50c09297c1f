using System.Globalization;
using System.Net;
using System.Text;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>The page of <c>repro shutdown</c>: one file that needs nothing else. First what there is to see, then what it means, then how to run it again.</summary>
internal sealed class ShutdownPage(
    ShutdownOptions options, ShutdownSummary summary, IReadOnlyDictionary<string, string> drawings, TrialRows rows)
{
    private const string Css = """
        :root{--ink:#1c2630;--soft:#5f6c7a;--rule:#dfe4ea;--paper:#fff;--wash:#f5f7f9;--right:#0a7d72;--alarm:#c0262d}
        @media(prefers-color-scheme:dark){:root{--ink:#e7ecf1;--soft:#9aa7b4;--rule:#323c47;--paper:#141a20;--wash:#1b232b;--right:#3fc1b0;--alarm:#ff7a7a}}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:960px;margin:0 auto;padding:40px 20px 80px}h1{font-size:34px;line-height:1.15;margin:0 0 8px}h2{font-size:21px;margin:52px 0 10px}
        p{margin:8px 0;max-width:72ch}.lead{font-size:18px;color:var(--soft)}.cards{display:flex;flex-wrap:wrap;gap:14px;margin:26px 0 8px}
        .card{flex:1 1 190px;box-sizing:border-box;background:var(--wash);border:1px solid var(--rule);border-radius:10px;padding:14px 16px}.card b{display:block;font-size:25px;line-height:1.2}
        .card span{color:var(--soft);font-size:14px}.good b{color:var(--right)}.bad b{color:var(--alarm)}figure{margin:14px 0;overflow-x:auto}figure svg{min-width:700px}
        ol.story{padding-left:28px;max-width:72ch}ol.story li{margin:5px 0}.table{overflow-x:auto}table{border-collapse:collapse;font-size:13px;margin:10px 0;min-width:100%}
        th,td{padding:5px 8px;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}th{color:var(--soft);font-weight:600}th:first-child,td:first-child,td.left,th.left{text-align:left}
        td.hit{color:var(--alarm);font-weight:600}td.none{color:var(--soft)}pre{background:var(--wash);border:1px solid var(--rule);border-radius:8px;padding:12px 14px;overflow-x:auto;font-size:13px}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;font-size:15px}dt{font-weight:600}dd{margin:0;color:var(--soft)}
        """;

    private readonly StringBuilder _html = new();

    /// <summary>The page.</summary>
    public string ToHtml()
    {
        string title = Invariant($"A store stopped {summary.Results.Count:N0} times");
        Line($"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{Css}</style></head><body><main>");
        Line($"<h1>{title}</h1>");
        Line(Invariant($"<p class=\"lead\">Each time under load, with up to {options.Streamers.Max()} streamers that read its memory, in {options.Orders.Count} orders.{(summary.Holds ? " One of them loses nothing." : string.Empty)}</p>"));
        Cards();
        Section("Three orders", "The numbers say when a block is told to stop. The arrow below says who still reads the memory then.", "orders");
        Story();
        Section("What went wrong, and where", "A cell is an order and a kind of streamer, against what it streams into and when the stop comes. Point at a cell for its counts.", "matrix");
        Figure("touches");
        Line(Table(summary.ByOrder(), column => column is > 2 and < 11));
        Meanings();
        Section(
            "How long it takes",
            "A right order need not be a slow one: upstream-first ends as soon as the slowest stream has been given its moment to drain. Downstream-first ends fast when nobody feeds what has gone, and runs into deadlines when somebody does.",
            "stop-times");
        foreach (string name in drawings.Keys.Where(name => name.StartsWith("stages-", StringComparison.Ordinal)))
            Figure(name);
        ByStreamers();
        Again();
        Limits();
        Line("</main></body></html>");
        return _html.ToString();
    }

    private void Cards()
    {
        Line("<div class=\"cards\">");
        Card(summary.BadOfRight == 0 ? "good" : "bad", Invariant($"{summary.BadOfRight} of {summary.Right.Count:N0}"), Invariant($"upstream-first stops violated anything; {summary.BoundText}"));
        foreach (string order in options.Orders.Where(order => order != ShutdownOptions.Right))
        {
            TrialResult[] of = [.. summary.Results.Where(result => result.Trial.Order == order)];
            Card("bad", Invariant($"{of.Count(result => !result.IsGood):N0} of {of.Length:N0}"), Invariant($"{order} stops did; {of.Count(result => result.Touches > 0):N0} touched freed memory"));
        }

        Card(string.Empty, Invariant($"{summary.Results.Sum(result => (long)result.Acknowledged):N0}"), "acknowledged writes were looked for afterwards, one by one");
        Line("</div>");
    }

    private void Card(string looks, string figure, string words) => Line($"<div class=\"card {looks}\"><b>{figure}</b><span>{Escape(words)}</span></div>");

    private void Story()
    {
        Line("<h2>Why: the story of dragonfly#4234</h2><ol class=\"story\">");
        foreach (string line in new[]
        {
            "A DragonflyDB node hands slots to another one. On each shard a RestoreStreamer walks the table and sends what it finds.",
            "November 2024: a node that is shut down in the midst of this crashes in the streamer. The report is one line and a link.",
            "The walk waited for its slow receiver in the middle of a bucket; meanwhile shutdown cancelled it: a flag was set, a version was zeroed.",
            "Nobody waited until the walk had gone. It woke up, and went on with a table that was being freed.",
            "First cure: look at the flag more often, and do not wait for bytes that may never leave.",
            "That made the next fault: a write still under way came back to a streamer that was no more. So sockets were closed first.",
            "Then came one state for all, the same fault in another callback, a split of shutdown and close, a streamer that registered after its cancel.",
            "Eight rounds in twenty months, each right by itself: order of teardown lived in comments and flags.",
            "Here it is structure. Blocks say who feeds them; a stop completes them from their sources on, and each arrow waits for its source to end.",
            "Below, the same streamers stop under that order and under the two naive ones. The streamer of 2024 is among them: it is called bare.",
        })
        {
            Line($"<li>{Escape(line)}</li>");
        }

        Line("</ol><dl>");
        foreach (StreamerKind kind in StreamerKind.All.Where(kind => options.Kinds.Contains(kind.Name)))
            Line($"<dt>{kind.Name}</dt><dd>{Escape(kind.Story)}</dd>");
        Line("</dl>");
    }

    private void Meanings()
    {
        Line("<dl>");
        foreach (Violation violation in Violation.All)
            Line($"<dt>{violation.Name}</dt><dd>{Escape(violation.Meaning)}</dd>");
        Line("</dl>");
        if (!summary.Holds)
            return;
        Line("<p>Under the store's own order the bare streamer is as safe as the leased one: order alone is enough. Under a wrong order the lease does its part, and no more: memory that is "
            + "leased is not freed, the stop reports it, and the acknowledged writes are lost all the same.</p>");
    }

    private void ByStreamers()
    {
        Grid grid = new("Upstream-first: median and longest stop, by streamers and sink", ["streamers", .. options.Sinks]);
        foreach (int streamers in options.Streamers)
        {
            grid.Add([Invariant($"{streamers}"), .. options.Sinks.Select(sink =>
            {
                double[] times = [.. summary.Right.Where(result => result.Trial.Streamers == streamers && result.Trial.SinkName == sink).Select(result => result.StopMs).Order()];
                return times.Length == 0 ? Numbers.None : Invariant($"{times[times.Length / 2]:0.#} / {times[^1]:0.#} ms");
            })]);
        }

        if (summary.Right.Count > 0)
            Line(Table(grid, _ => false));
    }

    private void Again()
    {
        Line("<h2>Run it again</h2>");
        Line($"<pre>dotnet run -c Release --project Perf -- repro shutdown --smoke\ndotnet run -c Release --project Perf -- repro shutdown --seeds {options.Seeds}</pre>");
        Line("<p>A trial is decided by its name and replays step by step. These are the smallest ones that show each violation; <code>--trace</code> tells every event of one.</p>");
        string examples = string.Join('\n', summary.Examples().Select(example =>
            $"{example.Violation.Name,-8} dotnet run -c Release --project Tests/Simulator -- trials --trial {example.Trial.Name}"));
        Line($"<pre>{Escape(examples.Length > 0 ? examples : "no trial of this run violated anything")}</pre>");
    }

    private void Limits()
    {
        Line("<h2>What this is, and is not</h2>");
        Line("<p>The graph, the shards, the sessions, the connections and the storage are the store's own code. Network, clock, scheduler and the receivers of streams are simulated, on one thread, "
            + "so each trial can be run again, and memory is checked: every access to a freed block is counted. Times are those of the simulated clock, in which computing costs nothing but waiting does.</p>");
        Line("<p>Of the streamers, restore is that of slot migrations itself, without its other end; the others are models of a consumer, built of the store's blocks. In downstream-first the final image is taken after the memory has gone, which is what that order says; so it loses "
            + "everything. No naive order applies a write twice: what sees that is shown by the simulator's own controls (<code>--controls</code>). "
            + "No violation in n trials refutes, at 95%, only shares above 3/n. Real processes are stopped by other tests.</p>");
        Line($"<p class=\"lead\">{Escape($"commit {rows.Commit}; {rows.Machine}; first seed {options.FirstSeed}, {options.Seeds} seeds")}</p>");
    }

    private void Section(string heading, string words, string drawing)
    {
        Line($"<h2>{heading}</h2><p>{Escape(words)}</p>");
        Figure(drawing);
    }

    private void Figure(string drawing) => Line($"<figure>{drawings[drawing]}</figure>");

    private static string Table(Grid grid, Func<int, bool> isCount)
    {
        StringBuilder table = new($"<div class=\"table\"><table><caption class=\"lead\" style=\"text-align:left\">{Escape(grid.Title)}</caption><tr>");
        foreach (string column in grid.Columns)
            table.Append(CultureInfo.InvariantCulture, $"<th>{Escape(column)}</th>");
        foreach (IReadOnlyList<string> row in grid.Rows)
        {
            table.Append("</tr><tr>");
            for (int at = 0; at < row.Count; at++)
                table.Append(CultureInfo.InvariantCulture, $"<td class=\"{(!isCount(at) ? "" : row[at] == "0" ? "none" : "hit")}\">{Escape(row[at])}</td>");
        }

        return table.Append("</tr></table></div>").ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private void Line(string html) => _html.Append(html).Append('\n');
}
