using System.Net.Sockets;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Compare;

/// <summary>
/// The interleaved rounds. A round starts every server, in an order that moves on by one each round, fills and warms it, lets it come to rest, and takes it off the processor. Then
/// row by row each server in turn runs alone, so that what is divided by each other was measured seconds apart. At its end the round kills its servers.
/// </summary>
internal sealed class CompareRun(CompareOptions options, IReadOnlyList<ServerLaunch> launches, CoreLayout cores, ILoadGenerator generator, IProgressSink progress)
{
    private const int WarmUpRequests = 350_000;
    private const int SmokeWarmUpRequests = 10_000;
    private const int WarmUpPipeline = 16;
    private const int MessageMax = 240;

    private readonly List<TestCase> _cases = [.. options.Tests.SelectMany(name => TestCatalog.Of(name, options.Keys, options.ValueBytes))];
    private readonly RequestPlan _plan = new(options.Requests);
    private readonly List<Sample> _samples = [];
    private readonly List<string> _failures = [];

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyCollection<string> Failures => [.. _failures.Distinct()];

    /// <summary>Runs all rounds; a run that is cancelled keeps what it has measured.</summary>
    public async Task<SampleSet> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(options.Rounds * launches.Count * (1 + _cases.Sum(test => PipelinesOf(test).Count())));
        try
        {
            for (int round = 1; round <= options.Rounds; round++)
                await RunRoundAsync(round, cancellation);
        }
        catch (OperationCanceledException)
        {
            _failures.Add("the run was cancelled");
        }

        return new SampleSet(_samples);
    }

    private async Task RunRoundAsync(int round, CancellationToken cancellation)
    {
        List<Runner> runners = [];
        try
        {
            for (int place = 0; place < launches.Count; place++)
            {
                ServerLaunch launch = launches[(place + round - 1) % launches.Count];
                progress.Step($"round {round}/{options.Rounds}: start and fill {launch.Name}");
                await AttemptAsync($"{launch.Name} does not start", async () => runners.Add(await StartAsync(launch, cancellation)));
            }

            foreach (TestCase test in _cases)
            {
                foreach (int pipeline in PipelinesOf(test))
                    await RunRowAsync(round, test, pipeline, runners, cancellation);
            }
        }
        finally
        {
            foreach (Runner runner in runners)
                await runner.Server.DisposeAsync();
        }
    }

    private IEnumerable<int> PipelinesOf(TestCase test) => options.Pipelines.Where(pipeline => pipeline <= test.PipelineMax);

    private async Task<Runner> StartAsync(ServerLaunch launch, CancellationToken cancellation)
    {
        ServerProcess server = await ServerProcess.StartAsync(launch, cores, cancellation);
        try
        {
            long empty = server.ResidentBytes;
            Workload keyspace = TestCatalog.Keyspace(options.Keys, options.ValueBytes);
            await Filler.FillAsync(server.Port, keyspace, cancellation);
            double bytesPerKey = (double)(server.ResidentBytes - empty) / options.Keys;
            long warmUp = options.Smoke ? SmokeWarmUpRequests : WarmUpRequests;
            await generator.RunAsync(Job(server, keyspace, WarmUpPipeline, warmUp), cancellation);
            if (!options.Smoke)
                await ServerRest.AfterStartAsync(server, cancellation);
            server.Pause();
            return new Runner(server, bytesPerKey);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task RunRowAsync(int round, TestCase test, int pipeline, List<Runner> runners, CancellationToken cancellation)
    {
        List<Runner> able = [];
        foreach (Runner runner in runners)
        {
            if (await AttemptAsync(Row(runner), () => MeasureAsync(round, test, pipeline, _plan.WarmUp(pipeline), runner, cancellation)))
                able.Add(runner);
        }

        long requests = _plan.Of(test.Name, pipeline);
        foreach (Runner runner in able)
        {
            progress.Step($"round {round}/{options.Rounds}: {Row(runner)}");
            await AttemptAsync(Row(runner), async () => _samples.Add(await MeasureAsync(round, test, pipeline, requests, runner, cancellation)));
        }

        string Row(Runner runner) => $"{runner.Server.Launch.Name}, {test.Name} P{pipeline}";
    }

    private async Task<Sample> MeasureAsync(int round, TestCase test, int pipeline, long requests, Runner runner, CancellationToken cancellation)
    {
        ServerProcess server = runner.Server;
        server.Resume();
        try
        {
            bool fills = test.Prefill is not null && runner.Filled.Add(test.Name);
            if (fills)
                await Filler.FillAsync(server.Port, test.Prefill!, cancellation);
            await test.PrepareAsync(server.Port, requests, cancellation);
            if ((fills || test.Supply is not null) && !options.Smoke)
                await ServerRest.AfterFillAsync(server, cancellation);
            ProcStat before = server.Cpu;
            LoadResult load = await generator.RunAsync(Job(server, test.Workload, pipeline, requests), cancellation);
            ProcStat after = server.Cpu;
            Sample sample = new(round, server.Launch.Name, server.Launch.Pinned && cores.ServerCore is not null, test.Name, pipeline, requests, load)
            {
                UserSeconds = after.UserSeconds - before.UserSeconds,
                SystemSeconds = after.SystemSeconds - before.SystemSeconds,
                BytesPerKey = runner.BytesPerKey,
            };
            _plan.Learn(test.Name, pipeline, requests, sample.CpuSeconds);
            return sample;
        }
        finally
        {
            server.Pause();
        }
    }

    // A server that does not know a command, or dies, costs its own rows and not the run.
    private async Task<bool> AttemptAsync(string what, Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
        {
            _failures.Add($"{what}: {(failure.Message.Length <= MessageMax ? failure.Message : failure.Message[..MessageMax] + " ...")}");
            return false;
        }
    }

    private LoadJob Job(ServerProcess server, Workload workload, int pipeline, long requests)
        => new(server.Port, workload, options.Clients, pipeline, requests, server.Launch.Pinned ? cores.LoadCore : null);

    private sealed record Runner(ServerProcess Server, double BytesPerKey)
    {
        /// <summary>Tests whose keys are there.</summary>
        public HashSet<string> Filled { get; } = [];
    }
}
