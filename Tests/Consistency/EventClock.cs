namespace DragonflyFlow.Tests.Consistency;

/// <summary>The order of events of one history: an event that had ended when another began has the smaller number. Any thread.</summary>
internal sealed class EventClock
{
    private long _now;

    /// <summary>The number of an event that happens now.</summary>
    internal long Next() => Interlocked.Increment(ref _now);
}
