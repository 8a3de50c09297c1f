using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>How long slots took to move.</summary>
/// <param name="Seconds">From the first word to whoever moves them until the target owns all and the source has no key of them any more.</param>
/// <param name="HandedOverSeconds">Until the target owned them; null where they go one by one.</param>
/// <param name="PausedMs">How long writes waited by the source's own account; null where it has none.</param>
/// <param name="WaitingMaxBytes">The most bytes that waited at the source to be written, by its own account; null where it has none.</param>
internal sealed record Moved(double Seconds, double? HandedOverSeconds = null, double? PausedMs = null, double? WaitingMaxBytes = null);

/// <summary>A cluster of two processes of which the first has all slots at the beginning.</summary>
internal abstract class NodePair(ServerProcess source, ServerProcess target) : IAsyncDisposable
{
    /// <summary>Where the slots come from.</summary>
    public ServerProcess Source => source;

    /// <summary>Where they go.</summary>
    public ServerProcess Target => target;

    /// <summary>Slots that have moved so far, from 0 on.</summary>
    public int MovedSlots { get; private set; }

    /// <summary>Moves the next so many slots.</summary>
    public async Task<Moved> MoveAsync(int slots, CancellationToken cancellation)
    {
        Moved moved = await MoveNextAsync(slots, cancellation);
        MovedSlots += slots;
        return moved;
    }

    /// <summary>Whether every key is there, once; what is wrong else.</summary>
    public async Task<string?> WhatIsWrongAsync(int keys, CancellationToken cancellation)
    {
        (long left, long moved) = await SizesAsync(cancellation);
        int expected = KeyRequest.Count(keys, 0, MovedSlots);
        return moved == expected && left == keys - expected ? null : $"{moved} keys at the target and {left} at the source, not {expected} and {keys - expected}";
    }

    /// <summary>Keys of the source and of the target.</summary>
    public async Task<(long Source, long Target)> SizesAsync(CancellationToken cancellation)
        => ((await AskAsync(source, ["DBSIZE"], cancellation)).Integer, (await AskAsync(target, ["DBSIZE"], cancellation)).Integer);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves the so many slots behind those that have moved.</summary>
    protected abstract Task<Moved> MoveNextAsync(int slots, CancellationToken cancellation);

    /// <summary>Asks a node; an error reply throws.</summary>
    protected static async Task<RespValue> AskAsync(ServerProcess node, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        RespValue reply = await Filler.ExecuteAsync(node.Port, command, cancellation);
        return reply.IsError ? throw new InvalidOperationException($"'{command[0]}' was answered by {node.Launch.Name}: {reply.Text}") : reply;
    }

    /// <summary>Starts two processes, with an argument of each its own.</summary>
    protected static async Task<(ServerProcess Source, ServerProcess Target)> StartAsync(
        ServerLaunch launch, Func<int, IReadOnlyList<string>> own, CancellationToken cancellation)
    {
        ServerProcess source = await StartOneAsync(1);
        try
        {
            return (source, await StartOneAsync(2));
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }

        Task<ServerProcess> StartOneAsync(int number)
            => ServerProcess.StartAsync(launch with { CommandLine = [.. launch.CommandLine, .. own(number)] }, Host.CoreLayout.Free, cancellation);
    }
}
