using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>
/// Many posters, messages that keep the block until a pool thread frees it, and a Complete or a Fault at a random moment. Whatever the interleaving: one owner
/// at a time, each poster's messages in its order, every message that was taken is run or refused exactly once, nothing runs once the block's Completion has
/// come, and what a thread defers until the block is free is done.
/// </summary>
[TestClass]
public sealed class ExclusiveBlockStressTests
{
    private const int Posters = 4;

    [TestMethod]
    [DataRow(1, 60, 2000)]
    [DataRow(2, 500, 20)]
    [DataRow(3, 800, 3)]
    public async Task Nothing_is_lost_doubled_or_run_side_by_side(int seed, int rounds, int messages)
    {
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++)
        {
            using var world = new World(messages, random.Next(), (Ending)random.Next(3));
            string? broken = await world.RunAsync();
            Assert.IsNull(broken, $"seed {seed}, round {round}: {broken}");
        }
    }

    /// <summary>
    /// Two threads and one block at a time, many times: one posts until it is refused, the other ends the block at a moment of its own. Aims at the few
    /// instructions between letting the block go and looking whether somebody wished its end; a mutant of either step is found within this many rounds.
    /// </summary>
    [TestMethod]
    [DataRow(4, Duel.Completes)]
    [DataRow(5, Duel.CompletesFromInside)]
    [DataRow(6, Duel.Faults)]
    public async Task An_end_wished_while_the_block_is_let_go_is_neither_lost_nor_early(int seed, Duel duel)
    {
        const int Rounds = 30_000;
        string? broken = null;
        var blocks = new ProbeBlock[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            ProbeBlock block = null!;
            block = new ProbeBlock
            {
                OnRun = item =>
                {
                    if (item.Number < 0)
                        block.Complete();
                    Thread.SpinWait(item.Number < 0 ? 20 : 0);
                    if (block.Completion.IsCompleted)
                        broken = "the end comes while a message runs";
                },
            };
            blocks[i] = block;
        }

        int at = -1;
        Task poster = OnThread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                Volatile.Write(ref at, i);
                for (int posted = 1; blocks[i].Post(new Item(0)); posted++)
                {
                    if (posted % 256 == 0)
                        Thread.Yield();
                }
            }
        });
        Task ender = OnThread(() =>
        {
            var random = new Random(seed);
            for (int i = 0; i < Rounds; i++)
            {
                var wait = new SpinWait();
                while (Volatile.Read(ref at) < i)
                    wait.SpinOnce(sleep1Threshold: -1);
                Thread.SpinWait(random.Next(20));
                if (duel == Duel.CompletesFromInside)
                    blocks[i].Post(new Item(-1));
                else if (duel == Duel.Completes)
                    blocks[i].Complete();
                else
                    blocks[i].Fault(new InvalidOperationException("stop"));
            }
        });

        await Task.WhenAll(poster, ender);
        Task all = Task.WhenAll(blocks.Select(block => block.Completion.ContinueWith(_ => { }, TaskScheduler.Default)));
        Task first = await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(30)));
        Assert.AreSame(all, first, $"seed {seed}: {blocks.Count(block => !block.Completion.IsCompleted)} blocks never ended");
        Assert.IsNull(broken, $"seed {seed}: {broken}");
        foreach (ProbeBlock block in blocks)
            block.Ledger.AssertSettled("duel");
    }

    public enum Duel
    {
        Completes,
        CompletesFromInside,
        Faults,
    }

    private static Task OnThread(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private enum Ending
    {
        CompleteAtEnd,
        CompleteAnywhere,
        FaultAnywhere,
    }

    private sealed class World : IDisposable
    {
        [ThreadStatic]
        private static int _deferredHere;

        private readonly int _messages;
        private readonly int _endAfter;
        private readonly Ending _ending;
        private readonly ProbeBlock _block;
        private readonly int[] _lastOf = new int[Posters];
        private readonly Barrier _start = new(Posters + 1);
        private long _deferred;
        private int _owners;
        private long _ran;
        private long _refused;
        private long _taken;
        private long _posted;
        private volatile string? _broken;

        public World(int messages, int seed, Ending ending)
        {
            _messages = messages;
            _endAfter = new Random(seed).Next((Posters * messages) + 1);
            _ending = ending;
            Array.Fill(_lastOf, -1);
            _block = new ProbeBlock { OnRun = Run, OnRefuse = Refuse, Keeps = Keeps, OnRelease = DoDeferred };
        }

        public async Task<string?> RunAsync()
        {
            Task[] posters = [.. Enumerable.Range(0, Posters).Select(poster => OnThread(() => Post(poster)))];
            _start.SignalAndWait();
            if (_ending == Ending.CompleteAtEnd)
                await Task.WhenAll(posters);
            else
                SpinWait.SpinUntil(() => Volatile.Read(ref _posted) >= _endAfter);
            if (_ending == Ending.FaultAnywhere)
                _block.Fault(new InvalidOperationException("stop"));
            else
                _block.Complete();

            Task ended = await Task.WhenAny(_block.Completion, Task.Delay(TimeSpan.FromSeconds(30)));
            if (!ReferenceEquals(ended, _block.Completion))
                return $"it never ended: {_block.Ledger}";
            LedgerReading atEnd = _block.Ledger;
            if (Volatile.Read(ref _owners) != 0)
                Break("it ended while a message ran");
            await Task.WhenAll(posters);
            if (!SpinWait.SpinUntil(() => Volatile.Read(ref _deferred) == 0, TimeSpan.FromSeconds(10)))
                return $"what {_deferred} messages deferred was never done";
            return _broken ?? Judge(atEnd);
        }

        public void Dispose() => _start.Dispose();

        private string? Judge(LedgerReading atEnd)
        {
            LedgerReading later = _block.Ledger;
            if (later != atEnd)
                return $"its ledger changed after its end: {atEnd}; {later}";
            if (!later.IsSettled || later.Accepted != _taken || later.Done != _ran || later.Refused != _refused || later.Failed != 0)
                return $"ledger {later}; posters say {_taken} taken, handlers {_ran} ran, {_refused} refused";
            if (_ending == Ending.CompleteAtEnd && _taken != Posters * _messages)
                return $"{_taken} of {Posters * _messages} taken before anybody completed it";
            return _block.Completion.IsFaulted == (_ending == Ending.FaultAnywhere) ? null : $"it ended as {_block.Completion.Status}";
        }

        private void Post(int poster)
        {
            _start.SignalAndWait();
            for (int i = 0; i < _messages; i++)
            {
                if (_block.Post(new Item((i * Posters) + poster)))
                    Interlocked.Increment(ref _taken);
                Interlocked.Increment(ref _posted);
            }
        }

        private void Run(Item item)
        {
            if (Interlocked.Increment(ref _owners) != 1)
                Break("two owners");
            if (_block.Completion.IsCompleted)
                Break("a message begins after the end");
            (int number, int poster) = Math.DivRem(item.Number, Posters);
            if (_lastOf[poster] >= number)
                Break($"poster {poster}: {number} after {_lastOf[poster]}");
            _lastOf[poster] = number;
            _ran++;
            Thread.SpinWait(number % 20);
            Defer();
            if (!Keeps(item))
                Leave();
            else
                ThreadPool.UnsafeQueueUserWorkItem(_ => Free(), null);
        }

        private bool Keeps(Item item) => item.Number % 13 == 5;

        private void Free()
        {
            Leave();
            _block.Free();
        }

        private void Leave()
        {
            if (_block.Completion.IsCompleted)
                Break("the end comes while a message runs");
            if (Interlocked.Decrement(ref _owners) != 0)
                Break("two owners");
        }

        private void Refuse(Item item)
        {
            Interlocked.Increment(ref _refused);
            Defer();
        }

        private void Defer()
        {
            Interlocked.Increment(ref _deferred);
            _deferredHere++;
        }

        private void DoDeferred()
        {
            Interlocked.Add(ref _deferred, -_deferredHere);
            _deferredHere = 0;
        }

        private void Break(string what) => _broken ??= what;
    }
}
