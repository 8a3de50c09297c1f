using DragonflyFlow.Pipeline.Walks;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>How an I/O thread waits for news.</summary>
/// <param name="BusyPoll">How long it polls before it sleeps.</param>
/// <param name="Gather">How long at most it waits for more requests when one has come while many connections are busy (io_uring only).</param>
/// <param name="Idle">What the thread of a number does before it sleeps; null is nothing.</param>
internal readonly record struct IoWaits(TimeSpan BusyPoll, TimeSpan Gather, Func<int, IdleSlice>? Idle = null);
