// Owner: the round's task.

using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// What comes between the walk and the hand-over. All that is still under way in the flows when writes are held back, they wait for; so it is made little before: a probe goes through
/// every flow behind what was sent, and the target answers when it has applied all that. This is done again as long as it takes less than half the time of the one before.
/// </summary>
internal sealed class CatchUp(StoreEngine engine, RestoreStreamer[] streamers, MigrationLimits limits)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(2);

    /// <summary>Returns when the target is as close behind as it gets. What breaks meanwhile is for the hand-over to find out.</summary>
    public async Task RunAsync(PeerConversation control)
    {
        TimeSpan before = TimeSpan.MaxValue;
        for (long number = 1; ; number++)
        {
            long began = engine.Time.GetTimestamp();
            if (!await TryProbeAsync(control, number))
                return;
            TimeSpan took = engine.Time.GetElapsedTime(began);
            if (took <= Short || took > before / 2)
                return;
            before = took;
        }
    }

    private async Task<bool> TryProbeAsync(PeerConversation control, long number)
    {
        if (Array.Exists(streamers, streamer => streamer.HasFaulted))
            return false;
        foreach (RestoreStreamer streamer in streamers)
            streamer.Probe(number);
        try
        {
            RespValue reply = await control.AskAsync(new MigrationRequest.Probed(engine.Cluster!.Id, number).ToWords(), limits.Finish);
            return reply.Kind == RespKind.Integer;
        }
        catch (Exception broken) when (broken is IOException or TimeoutException)
        {
            return false;
        }
    }
}
