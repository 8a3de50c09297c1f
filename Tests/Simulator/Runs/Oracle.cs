using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>What can be wrong with a run.</summary>
internal enum Wrong
{
    /// <summary>Acknowledged, but not in the store.</summary>
    Lost,

    /// <summary>Done more often than it was asked for.</summary>
    Doubled,

    /// <summary>Two things that belong together are not both there.</summary>
    Torn,

    /// <summary>A reply or message that does not fit its place, or none for a command that had an open connection.</summary>
    Reply,

    /// <summary>Freed memory was used.</summary>
    Touched,

    /// <summary>Something is left after a stop: memory, leases, registrations, sockets, timers.</summary>
    Leaked,

    /// <summary>Something did not end, or only when it was given up.</summary>
    Hung,

    /// <summary>A task failed and nobody looked.</summary>
    Unobserved,

    /// <summary>A block or a part of the world faulted.</summary>
    Faulted,
}

/// <summary>Collects what is wrong with one run.</summary>
internal sealed class Oracle(SimWorld world)
{
    private readonly List<(Wrong Kind, string Text)> _found = [];

    public IReadOnlyList<(Wrong Kind, string Text)> Found => _found;

    public void Report(Wrong kind, string text)
    {
        world.Note($"WRONG {kind}: {text}");
        _found.Add((kind, text));
    }

    public void Require(bool condition, Wrong kind, string text)
    {
        if (!condition)
            Report(kind, text);
    }

    /// <summary>The contract of a stop in order (DESIGN rule 19), and of a cut: what was acknowledged is there, and at most what got no answer besides.</summary>
    public void RequireContract(string what, Tally tally, long restored)
    {
        Require(restored >= tally.Acknowledged, Wrong.Lost, $"{what}: {tally}, but {restored} in the store");
        Require(restored <= tally.Possible, Wrong.Doubled, $"{what}: {tally}, but {restored} in the store");
    }
}
