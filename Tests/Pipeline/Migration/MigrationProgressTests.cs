using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>The state machines of both ends of a migration: whatever order things happen in, an end is never left and no late word counts for the present round.</summary>
[TestClass]
public sealed class MigrationProgressTests
{
    private const int Flows = 3;

    // What happens, and the round it belongs to: 0 the present one, 1 the one before.
    private static readonly Gen<(int Event, int Late, int Flow)> Steps =
        from happening in Gen.Choose(0, 11)
        from late in Gen.Choose(0, 3)
        from flow in Gen.Choose(0, Flows - 1)
        select (happening, late == 0 ? 1 : 0, flow);

    [TestMethod]
    public void A_migration_runs_from_the_first_round_to_its_end()
    {
        OutgoingProgress source = new();
        IncomingProgress target = new();
        Assert.AreEqual(1, source.BeginRound());
        Assert.AreEqual(InitAnswer.Accepted, target.Begin(2));
        Assert.IsTrue(target.Opened(1, 0));
        Assert.IsFalse(target.Opened(1, 0), "a flow opens once");
        Assert.IsFalse(target.Opened(1, 2), "a flow that was not announced");
        Assert.IsTrue(target.Opened(1, 1));
        Assert.AreEqual(MigrationState.Sync, target.State);
        Assert.IsTrue(source.Connected(1));
        Assert.IsTrue(target.Received(1, 0));
        Assert.AreEqual(1, source.BeginAttempt(1));
        Assert.IsTrue(target.Marked(1, 0, 1));
        Assert.IsFalse(target.TryFinish(1), "one flow has no marker yet");
        Assert.IsTrue(target.Marked(1, 1, 1));
        Assert.IsTrue(target.Received(1, 0), "a write during the pause that was not one");
        Assert.IsFalse(target.TryFinish(1), "data behind a marker voids it");
        Assert.AreEqual(2, source.BeginAttempt(1));
        Assert.IsTrue(target.Marked(1, 0, 2));
        Assert.IsFalse(target.TryFinish(2), "the other flow still stands at the first attempt");
        Assert.IsTrue(target.Marked(1, 1, 2));
        Assert.IsTrue(target.TryFinish(2));
        Assert.IsTrue(target.TryFinish(2), "the same question has the same answer");
        Assert.IsFalse(source.Acknowledged(1, 1), "the echo of an earlier attempt");
        Assert.IsTrue(source.Acknowledged(1, 2));
        Assert.AreEqual((MigrationState.Finished, MigrationState.Finished), (source.State, target.State));
        Assert.IsFalse(source.Cancel() || source.FailedForGood("x") || source.Failed(1, "x") || target.Cancel() || target.FailedForGood("x") || target.Failed(1, "x"));
        Assert.AreEqual(InitAnswer.Refused, target.Begin(2));
    }

    [TestMethod]
    public void A_round_that_failed_is_followed_by_one_that_flushes_first()
    {
        OutgoingProgress source = new();
        IncomingProgress target = new();
        source.BeginRound();
        target.Begin(1);
        target.Opened(1, 0);
        source.Connected(1);
        Assert.AreEqual(0, source.BeginRound(), "one round at a time");
        Assert.IsTrue(source.Failed(1, "connection lost"));
        Assert.IsFalse(source.Failed(1, "again"), "the first cause stays");
        Assert.AreEqual(("connection lost", MigrationState.Error), (source.LastError, source.State));
        Assert.AreEqual(2, source.BeginRound());
        Assert.AreEqual(InitAnswer.FlushFirst, target.Begin(1));
        Assert.IsFalse(target.Received(1, 0), "a late flow of the first round");
        Assert.IsFalse(target.Failed(1, "late"));
        Assert.IsFalse(source.Connected(1), "late");
        Assert.IsTrue(target.Opened(2, 0));
        Assert.IsTrue(source.Connected(2));
        Assert.AreEqual(1, source.BeginAttempt(2), "numbers go on through all rounds");
    }

    [TestMethod]
    public void Cancelled_before_it_began_it_never_begins()
    {
        OutgoingProgress source = new();
        Assert.IsTrue(source.Cancel());
        Assert.AreEqual(0, source.BeginRound());
        Assert.IsFalse(source.Connected(0));
        IncomingProgress target = new();
        Assert.IsTrue(target.Cancel());
        Assert.AreEqual(InitAnswer.Refused, target.Begin(1));
        Assert.IsFalse(target.Opened(0, 0));
    }

    [TestMethod]
    public void Whatever_happens_to_a_source_its_rules_hold() => ModelCheck.Run(Steps, RunSource, count: 500);

    [TestMethod]
    public void Whatever_happens_to_a_target_its_rules_hold() => ModelCheck.Run(Steps, RunTarget, count: 500);

    private static void RunSource((int Event, int Late, int Flow)[] steps)
    {
        OutgoingProgress source = new();
        foreach ((int happening, int late, int number) in steps)
        {
            MigrationState before = source.State;
            bool wasUndecided = source.IsUndecided;
            int round = source.Round - late;
            long echoed = source.Attempt - number;
            bool moved = happening switch
            {
                0 or 1 => source.BeginRound() > 0,
                2 or 3 => source.Connected(round),
                4 or 5 => source.BeginAttempt(round) > 0,
                6 => source.Acknowledged(round, echoed),
                7 => source.Failed(round, "lost"),
                8 => number == 0 && source.FailedForGood("memory"),
                9 => number == 0 && source.Cancel(),
                10 => source.Asks(round, echoed),
                _ => source.Decided(round, echoed),
            };
            if (happening is 10 or 11)
                Assert.IsFalse(moved && (late == 1 || number > 0 || before != MigrationState.Sync), "an attempt that is not the present one counted");
            Assert.AreEqual(moved ? happening == 10 : wasUndecided, source.IsUndecided, $"after {happening}");
            Assert.IsFalse(source.IsUndecided && source.State != MigrationState.Sync, "undecided outside of an attempt");
            if (before.IsOver())
                Assert.IsFalse(moved || source.State != before, $"{before} was left");
            if (late == 1 && happening is >= 2 and <= 7)
                Assert.IsFalse(moved || source.State != before, "a late word counted");
            if (source.State == MigrationState.Finished && before != MigrationState.Finished)
                Assert.AreEqual((MigrationState.Sync, 6, 0, true), (before, happening, number, source.Attempt > 0), "finished by something else than the echo of the present attempt");
            if (!moved)
                Assert.AreEqual(before, source.State);
        }
    }

    private static void RunTarget((int Event, int Late, int Flow)[] steps)
    {
        IncomingProgress target = new();
        long[] last = new long[Flows];
        long attempt = 1;
        foreach ((int happening, int late, int flow) in steps)
        {
            MigrationState before = target.State;
            int round = target.Round - late;
            bool moved = false;
            switch (happening)
            {
                case 0 when target.Begin(Flows) != InitAnswer.Refused:
                    moved = true;
                    last = new long[Flows];
                    break;
                case 1 or 2 or 3:
                    moved = target.Opened(round, flow);
                    break;
                case 4 when target.Received(round, flow):
                    moved = true;
                    last[flow] = 0;
                    break;
                case 5 or 6 when target.Marked(round, flow, attempt):
                    moved = true;
                    last[flow] = attempt;
                    break;
                case 7:
                    Assert.AreEqual(before is MigrationState.Sync or MigrationState.Finished && Array.TrueForAll(last, marker => marker == attempt), moved = target.TryFinish(attempt));
                    attempt += flow == 0 && before != MigrationState.Finished ? 1 : 0;
                    break;
                case 8:
                    moved = target.Failed(round, "lost");
                    break;
                case 9:
                    moved = flow == 0 && (late == 0 ? target.Cancel() : target.FailedForGood("memory"));
                    break;
            }

            if (before.IsOver())
                Assert.AreEqual(before, target.State, "an end was left");
            if (late == 1 && happening is (>= 1 and <= 6) or 8 && late == 1)
                Assert.IsFalse(moved, "a late word counted");
        }
    }
}
