// Concurrency rule: _lock guards the flows, the ACK that waits, and the chain of work; Progress has a lock of its own, taken inside this one or alone. What waits for
// something (flows to end, a flush, all shards) runs one after the other in _work, inside the gate of the migrations, so that a stop goes on when it has ended.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>
/// The target's side of one migration. A round begins with empty slots: flows of the round before have ended and what they brought is flushed (fault F30). The slots
/// change hands in one step on all shards, in which every flow stands at the marker of the attempt that the source asks for, and the answer is not given yet.
/// </summary>
internal sealed class MigrationTarget(StoreEngine engine, IncomingMigration migration, Gate gate)
{
    private const string OutOfMemory = "the target is out of memory";

    private readonly Lock _lock = new();
    private readonly List<IncomingFlow> _flows = [];
    private Question? _question;
    private Task _work = Task.CompletedTask;
    private long _frames;

    /// <summary>Its state.</summary>
    public IncomingProgress Progress => migration.Progress;

    /// <summary>How far the flows have come, for a source that catches up.</summary>
    public FlowProbes Probes { get; } = new(migration.Progress);

    /// <summary>What it is about.</summary>
    public SlotSet Slots => migration.Declared.Slots;

    /// <summary>Keys and changes that have come.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>INIT: begins a round; the reply, its number, comes when the slots are empty.</summary>
    public void Init(int flows, DeferredReply reply)
    {
        lock (_lock)
        {
            if (Progress.Begin(flows) == InitAnswer.Refused)
                reply.TryComplete(RefuseInit);
            else if (!TryWork(() => BeginAsync(Progress.Round, reply)))
                reply.TryComplete(static buffer => buffer.Error(Commands.Errors.ShuttingDown));
        }
    }

    /// <summary>FLOW: the session carries a flow from now on; false if it is not expected.</summary>
    public bool TryOpen(Session session, int round, int index)
    {
        lock (_lock)
        {
            if (!Progress.Opened(round, index))
                return false;
            IncomingFlow flow = new(this, round, index, session);
            _flows.Add(flow);
            session.Carry(flow);
            return true;
        }
    }

    /// <summary>
    /// ACK: answered with the attempt when the slots are ours, or refused; then that attempt can never finish. The same question may come again over
    /// another connection: the answer is the same.
    /// </summary>
    public void Ask(long attempt, DeferredReply reply, TimeSpan deadline)
    {
        Question question = new(attempt, reply);
        lock (_lock)
        {
            if (Progress.State == MigrationState.Finished && Progress.TryFinish(attempt))
            {
                reply.TryComplete(buffer => buffer.Integer(attempt));
                return;
            }

            if (Progress.State != MigrationState.Sync)
            {
                string code = CodeOf(attempt);
                reply.TryComplete(buffer => WriteState(buffer, code));
                return;
            }

            // At once: who asks again may not wait for as long as the flows were waited for.
            if (Progress.HasRefused(attempt))
            {
                reply.TryComplete(static buffer => buffer.Error($"{MigrationRequest.Refused} it was refused before"));
                return;
            }

            _question?.Reply.TryComplete(static buffer => buffer.Error("ERR the same was asked over another connection"));
            _question = question;
        }

        reply.After(engine.Time, (long)deadline.TotalMilliseconds, () => Refuse(question, "not all flows have come to the marker in time"));
        LookForEnd();
    }

    /// <summary>A flow has come to a marker, or somebody asks: hands over if that is the end.</summary>
    public void LookForEnd()
    {
        lock (_lock)
        {
            if (_question is { IsLookedInto: false } question && Progress.CanFinish(question.Attempt))
                question.IsLookedInto = TryWork(() => FinishAsync(question));
        }
    }

    /// <summary>The round has failed: what has come of it is flushed.</summary>
    public void Fail(int round, string error)
    {
        bool isOutOfMemory = error.StartsWith("OOM", StringComparison.Ordinal);
        lock (_lock)
        {
            if (round != Progress.Round || !(isOutOfMemory ? Progress.FailedForGood(OutOfMemory) : Progress.Failed(round, error)))
                return;
            if (_question is { } question)
                Refuse(question, error);
            TryWork(ClearAsync);
        }

        Probes.Look();
    }

    /// <summary>The configuration has taken it back, or the node stops: the flows end. Keys go with the configuration.</summary>
    public void End(string reason)
    {
        lock (_lock)
        {
            Progress.Cancel();
            if (_question is { } question)
                Refuse(question, reason);
            foreach (IncomingFlow flow in _flows)
                flow.Close(reason);
        }

        Probes.Look();
    }

    /// <summary>A frame with data has come.</summary>
    public void Count(in ChangeHeader header) => Interlocked.Increment(ref _frames);

    private bool TryWork(Func<Task> work)
    {
        if (!gate.TryEnter())
            return false;
        _work = RunBehindAsync(_work, work);
        return true;
    }

    private async Task RunBehindAsync(Task before, Func<Task> work)
    {
        // What is begun here is no part of the turn, or the shard's step, that asked for it.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await work();
        }
        finally
        {
            gate.Exit();
        }
    }

    private async Task BeginAsync(int round, DeferredReply reply)
    {
        await ClearAsync();
        reply.TryComplete(buffer =>
        {
            if (Progress.Round == round && !Progress.State.IsOver())
                buffer.Integer(round);
            else
                WriteState(buffer);
        });
    }

    // All flows that are over end, then the slots are emptied; slots that have become ours meanwhile are left alone.
    private async Task ClearAsync()
    {
        IncomingFlow[] over;
        lock (_lock)
        {
            bool isFlowing = Progress.State is MigrationState.Connecting or MigrationState.Sync or MigrationState.Finished;
            over = [.. _flows.Where(flow => !isFlowing || flow.Round != Progress.Round)];
            foreach (IncomingFlow flow in over)
                flow.Close("a round of a migration is over");
        }

        foreach (IncomingFlow flow in over)
            await flow.Ended;
        lock (_lock)
            _flows.RemoveAll(flow => Array.IndexOf(over, flow) >= 0);
        SlotFlush? flush = null;
        await GlobalWork.RunAsync(engine, () => flush = IsDeclared ? engine.Cluster!.Flushes.Begin(Slots.Except(engine.Cluster.View.Held)) : null);
        if (flush is not null)
            await flush.Completion;
    }

    // A later configuration may have given the slots to another migration, whose keys are not ours to flush (fault F24).
    private bool IsDeclared => ReferenceEquals(engine.Cluster!.Migrations.From(migration.SourceId), migration);

    private async Task FinishAsync(Question question) => await GlobalWork.RunAsync(engine, () =>
    {
        lock (_lock)
        {
            // Whoever claims the answer decides: this step, or the deadline, which refuses the attempt for good.
            if (!question.Reply.TryClaim())
                return;
            if (Progress.TryFinish(question.Attempt))
            {
                engine.Cluster!.HandOver(migration.SourceId, migration.Declared);
                question.Reply.CompleteClaimed(buffer => buffer.Integer(question.Attempt));
                return;
            }

            RefuseClaimed(question, "data has come behind the marker");
        }
    });

    private void Refuse(Question question, string why)
    {
        if (question.Reply.TryClaim())
            RefuseClaimed(question, why);
    }

    private void RefuseClaimed(Question question, string why)
    {
        string code = CodeOf(question.Attempt);
        question.Reply.CompleteClaimed(buffer => buffer.Error($"{code} {why}"));
    }

    // Begins the error that answers an attempt; said only of one that can never finish from now on.
    private string CodeOf(long attempt) => Progress.Refuse(attempt) ? MigrationRequest.Refused : "ERR";

    private void RefuseInit(ReplyBuffer buffer)
    {
        if (Progress.State == MigrationState.Fatal)
            buffer.Simple(MigrationRequest.OutOfMemory);
        else if (Progress.State == MigrationState.Finished)
            buffer.Simple(MigrationRequest.HasFinished);
        else
            WriteState(buffer);
    }

    private void WriteState(ReplyBuffer buffer) => WriteState(buffer, "ERR");

    private void WriteState(ReplyBuffer buffer, string code) => buffer.Error($"{code} the migration is {Progress.State.Word()} at the target: {Progress.LastError ?? "no error"}");

    private sealed class Question(long attempt, DeferredReply reply)
    {
        public long Attempt => attempt;

        public DeferredReply Reply => reply;

        public bool IsLookedInto { get; set; }
    }
}
