namespace DragonflyFlow.Perf.Report;

/// <summary>Told what long work does next.</summary>
internal interface IProgressSink
{
    /// <summary>So many steps will come. Called once, before the first.</summary>
    void Announce(int steps);

    /// <summary>The next of the announced steps begins.</summary>
    void Step(string what);
}
