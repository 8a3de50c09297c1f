// Admit, Mark, Fail and Left are called by the turn of the flow's connection; RefusalOf by that turn and by shards.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>One flow of one round at the target: what a shard of the source sends over a connection of its own.</summary>
internal sealed class IncomingFlow(MigrationTarget target, int round, int index, Session session)
{
    private const string Over = "ERR this round of the migration is over";

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The round that it belongs to.</summary>
    public int Round => round;

    /// <summary>Ends when its connection has gone and nothing that it brought is under way any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why a command on a slot is not run; null if it is. Looked at when it is read, and again on its shard.</summary>
    public string? RefusalOf(int slot)
        => target.Slots.Contains(slot) && target.Progress.Admits(round, index) ? null : Over;

    /// <summary>Why a command without keys is not run: in a flow there are only markers and probes.</summary>
    public static string? RefusalOf(CommandDescriptor descriptor)
        => descriptor.FullName is "dflymigrate|mark" or "dflymigrate|probe" ? null : $"ERR {descriptor.FullName} does not belong into a flow";

    /// <summary>A frame has come; false if the flow is over. Data behind a marker voids it before any of the data is applied (fault F25).</summary>
    public bool Admit(in ChangeHeader header)
    {
        if (header.Slot < 0)
            return target.Progress.Admits(round, index);
        target.Count(header);
        return target.Progress.Received(round, index);
    }

    /// <summary>All that came before the marker of an attempt has been applied.</summary>
    public void Mark(long attempt)
    {
        if (target.Progress.Marked(round, index, attempt))
            target.LookForEnd();
    }

    /// <summary>All that came before a probe has been applied.</summary>
    public void Probe(long number)
    {
        if (target.Progress.Probed(round, index, number))
            target.Probes.Look();
    }

    /// <summary>Something that it brought cannot be applied.</summary>
    public void Fail(string error) => target.Fail(round, error);

    /// <summary>Its connection has gone.</summary>
    public void Left()
    {
        _ended.TrySetResult();
        target.Fail(round, "the connection of a flow was lost");
    }

    /// <summary>Ends its connection.</summary>
    public void Close(string reason) => session.Owner.Kill(reason);
}
