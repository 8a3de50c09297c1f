using Spectre.Console;

namespace DragonflyFlow.Perf.Report;

/// <summary>The terminal: tables and a progress bar; where output goes to a file or a pipe, plain lines and Markdown tables.</summary>
internal static class Screen
{
    private static bool IsTerminal => !Console.IsOutputRedirected;

    /// <summary>A line.</summary>
    public static void Line(string text) => Console.Out.WriteLine(text);

    /// <summary>A table.</summary>
    public static void Show(Grid grid)
    {
        if (!IsTerminal)
        {
            Console.Out.WriteLine(grid.ToMarkdown());
            return;
        }

        Table table = new() { Title = new TableTitle(Markup.Escape(grid.Title)), Border = TableBorder.Rounded };
        foreach (string column in grid.Columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = true });
        foreach (IReadOnlyList<string> row in grid.Rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    /// <summary>Runs long work, showing how far it is.</summary>
    public static Task<T> WatchAsync<T>(Func<IProgressSink, Task<T>> work)
    {
        if (!IsTerminal)
            return work(new Lines());
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask("start");
                return await work(new Bar(task));
            });
    }

    private sealed class Lines : IProgressSink
    {
        private int _steps;
        private int _step;

        public void Announce(int steps) => _steps = steps;

        public void Step(string what) => Console.Out.WriteLine($"[{++_step}/{_steps}] {what}");
    }

    private sealed class Bar(ProgressTask task) : IProgressSink
    {
        private bool _started;

        public void Announce(int steps) => task.MaxValue = steps;

        public void Step(string what)
        {
            if (_started)
                task.Increment(1);
            _started = true;
            task.Description = Markup.Escape(what);
        }
    }
}
