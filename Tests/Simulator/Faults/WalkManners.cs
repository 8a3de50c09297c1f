namespace DragonflyFlow.Tests.Simulator.Faults;

/// <summary>How a simulated walk may misbehave: each is a way in which such consumers have failed.</summary>
[Flags]
internal enum WalkManners
{
    /// <summary>It does as the design wants.</summary>
    Proper = 0,

    /// <summary>It reads without a lease.</summary>
    HasNoLease = 1,

    /// <summary>It says that it has stopped, and goes on.</summary>
    IgnoresStop = 2,

    /// <summary>It ends without giving its lease back.</summary>
    KeepsLease = 4,

    /// <summary>Told to stop before it has started, it starts all the same.</summary>
    StartsLate = 8,
}
