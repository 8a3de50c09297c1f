// Owner: the round's task. What is done while all shards are held says so.

using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// The end of a round: writes to the moving slots are held back, and in the same step each flow gets the marker of the attempt; the target, when all flows have come to
/// it, owns the slots and echoes its number; then this node gives them up. Until it knows that the target has not taken them, nothing is written to them here, however long that takes:
/// writes wait for a time, and are refused then.
/// </summary>
internal sealed class HandOver(
    StoreEngine engine, OutgoingMigration migration, int round, RestoreStreamer[] streamers, PeerLinks links, MigrationLimits limits)
{
    /// <summary>What an operator is told while it is not known whose the slots are.</summary>
    public const string UndecidedText
        = "the target does not say whether it has the slots: it is asked until it does, and nothing is written to them meanwhile; a configuration with FORCE ends that";

    private string _lastRefusal = "no attempt was made";
    private long _pausedTicks;
    private long _pausedAt;

    /// <summary>How long writes have waited, in all attempts, the present one too; a moment's reading.</summary>
    public TimeSpan Paused
    {
        get
        {
            long since = Interlocked.Read(ref _pausedAt);
            return TimeSpan.FromTicks(Interlocked.Read(ref _pausedTicks)) + (since == 0 ? TimeSpan.Zero : engine.Time.GetElapsedTime(since));
        }
    }

    private SlotSet Slots => migration.Declared.Slots;

    // It sends no marker any more, which the target would wait for in vain.
    private bool HasLostFlow => Array.Exists(streamers, streamer => streamer.HasFaulted);

    /// <summary>Attempt after attempt, until the slots are the target's; throws if the round ends before, or has had enough of them.</summary>
    public async Task RunAsync(PeerConversation control, Task flows)
    {
        for (int i = 0; i < limits.AttemptsMax; i++)
        {
            long attempt = migration.Progress.BeginAttempt(round);
            if (flows.IsCompleted || attempt == 0 || HasLostFlow)
                throw new IOException("a flow has ended");
            if (await TryAsync(attempt, control))
                return;
            await Deadlines.EndOrAsync(flows, limits.Retry, engine.Time);
        }

        throw new MigrationException($"{limits.AttemptsMax} attempts to finish have failed, the last because {_lastRefusal}");
    }

    private async Task<bool> TryAsync(long attempt, PeerConversation control)
    {
        bool isPaused = false;
        await GlobalWork.RunAsync(engine, () => isPaused = TryPause(attempt));
        if (!isPaused)
            return false;
        try
        {
            if (await AskAsync(attempt, control) is { } refusal)
            {
                _lastRefusal = refusal;
                return false;
            }

            bool isOurs = false;
            await GlobalWork.RunAsync(engine, () => isOurs = Conclude(attempt));
            return isOurs ? true : throw new IOException("the migration was ended while its slots were handed over");
        }
        finally
        {
            engine.Pause.EndSlots(Slots);
            Interlocked.Add(ref _pausedTicks, engine.Time.GetElapsedTime(Interlocked.Exchange(ref _pausedAt, 0)).Ticks);
        }
    }

    // All shards are held. A waiting client that is being served in a transaction of its own would write behind the marker: then later.
    private bool TryPause(long attempt)
    {
        _lastRefusal = "waiting clients were being served";
        if (HasLostFlow || Array.Exists(engine.Shards, shard => shard.Waiters?.IsServing(Slots) is true) || !migration.Progress.Asks(round, attempt))
            return false;
        engine.Pause.BeginSlots(Slots);
        Interlocked.Exchange(ref _pausedAt, engine.Time.GetTimestamp());
        foreach (RestoreStreamer streamer in streamers)
            streamer.Mark(attempt);
        return true;
    }

    // All shards are held: the slots leave the view, who waits for their keys is sent after them, and the streamers leave before the flush of the keys begins.
    private bool Conclude(long attempt)
    {
        if (!migration.Progress.Acknowledged(round, attempt))
            return false;
        foreach (RestoreStreamer streamer in streamers)
            streamer.EndInShard();
        engine.Cluster!.HandOver(engine.Cluster.Id, migration.Declared);
        return true;
    }

    // Null: the target has the slots. Else why it has not, and never will by this attempt. If there is no answer, the same is asked over other connections; ends without one when the migration
    // has been ended: by the node, which stops, or by a configuration that may decide (MigrationRegister.WhatIsUndecided).
    private async Task<string?> AskAsync(long attempt, PeerConversation control)
    {
        string[] ack = new MigrationRequest.Ack(engine.Cluster!.Id, attempt, Slots).ToWords();
        PeerConversation? asked = control;
        long began = engine.Time.GetTimestamp();
        while (true)
        {
            string? answer = await TryAskAsync(asked, ack);
            if (answer == attempt.ToString(CultureInfo.InvariantCulture))
                return null;
            bool isRefused = answer?.StartsWith(MigrationRequest.Refused, StringComparison.Ordinal) is true;
            // A target whose configuration is another owns the slots by that, or not; ours will say so too.
            if (isRefused || answer == MigrationRequest.UnknownMigration)
                migration.Progress.Decided(round, attempt);
            if (isRefused)
                return answer![MigrationRequest.Refused.Length..].TrimStart();
            if (migration.Progress.State.IsOver())
                throw new IOException("the migration was ended while its slots were handed over");
            if (engine.Time.GetElapsedTime(began) > limits.Finish * 2)
            {
                migration.Progress.Tell(round, attempt, UndecidedText);
                engine.Pause.RefuseSlots(Slots);
            }

            asked = null;
            await Task.Delay(limits.Retry, engine.Time);
        }
    }

    // Null: there was no answer. Only what the target says of the attempt itself is one.
    private async Task<string?> TryAskAsync(PeerConversation? asked, string[] ack)
    {
        try
        {
            // Who asks again waits for no flows, but for a network that may be slower than the time that writes may wait.
            TimeSpan deadline = asked is not null || limits.Finish > limits.Connect ? limits.Finish : limits.Connect;
            asked ??= (await links.OpenAsync()).Conversation;
            RespValue reply = await asked.AskAsync(ack, deadline);
            return reply.Kind == RespKind.Integer ? reply.Integer.ToString(CultureInfo.InvariantCulture) : reply.Text;
        }
        catch (Exception broken) when (broken is IOException or TimeoutException or MigrationException)
        {
            return null;
        }
    }
}
