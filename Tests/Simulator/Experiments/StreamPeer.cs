// Owner: the server's scheduler. One write is under way at a time: the sink's block sees to that.

using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>
/// The connection to the receiver of one stream, and what the receiver has got. A write that is under way when the connection is closed fails, and not at once: the
/// kernel gives it back when it likes (dragonfly#4270).
/// </summary>
internal sealed class StreamPeer(SimWorld world, SeededScheduler scheduler, SimRandom random, SinkManner manner)
{
    private const int AnswerMsMax = 8;
    private const int LateMsMax = 30;

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private TaskCompletionSource? _parked;
    private bool _inTrouble;

    /// <summary>Whether nothing is sent any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the receiver has the end mark: it believes that it has all.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Keys that it has.</summary>
    public int Keys => _keys.Count;

    /// <summary>Keys that came again.</summary>
    public int KeysAgain { get; private set; }

    /// <summary>Sends a part; ends when the receiver has it.</summary>
    /// <exception cref="IOException">The connection is closed or was reset.</exception>
    public async Task WriteAsync(StreamPart part)
    {
        RequireOpen();
        if (_inTrouble && manner == SinkManner.Stalled)
            await ParkAsync();
        else
            await world.Delay(TimeOf(part), scheduler);
        if (IsClosed)
            await world.Delay(TimeSpan.FromMilliseconds(random.Below(LateMsMax)), scheduler);
        RequireOpen();
        foreach (string key in part.Keys)
            KeysAgain += _keys.Add(key) ? 0 : 1;
        IsEnded |= part.IsEnd;
    }

    /// <summary>From here on it stalls, or resets, if that is its manner.</summary>
    public void BeginTrouble() => _inTrouble = true;

    /// <summary>Closes the connection from this end: the write under way fails.</summary>
    public void Close()
    {
        IsClosed = true;
        _parked?.TrySetResult();
    }

    private void RequireOpen()
    {
        if (IsClosed || (_inTrouble && manner == SinkManner.Reset))
            throw new IOException(IsClosed ? "The connection is closed." : "The connection was reset.");
    }

    private Task ParkAsync()
    {
        _parked = new TaskCompletionSource();
        return _parked.Task;
    }

    // The end mark is answered: a stream is whole when the receiver has said so.
    private TimeSpan TimeOf(StreamPart part)
    {
        int us = manner == SinkManner.Slow ? random.Between(2_000, 20_000) : random.Below(200);
        return TimeSpan.FromMicroseconds(us + (part.IsEnd ? 1_000 * random.Between(1, AnswerMsMax) : 0));
    }
}
