using BenchmarkDotNet.Attributes;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Micro;

/// <summary>
/// The whole way of a command inside the process, without a socket: bytes in, parse, route, shard, reply bytes out. A million keys; Depth commands come in
/// one read. Two shards show what splitting a batch and gathering its replies cost. Time for one command.
/// </summary>
public class CommandBenchmarks : ISessionOwner, IDisposable
{
    private const int Keys = 1_000_000;
    private const int ValueBytes = 64;
    private const int Operations = 65_536;
    private const int FillDepth = 256;

    private readonly InputBuffer _input = new();
    private byte[][] _reads = [];
    private StoreEngine _engine = null!;
    private Session _session = null!;

    [Params("get", "set", "incr")]
    public string Command { get; set; } = "";

    [Params(1, 16, 64)]
    public int Depth { get; set; }

    [Params(1, 2)]
    public int Shards { get; set; }

    /// <summary>For a batch that comes back later; here every shard is idle, so none does.</summary>
    public void Resume() => throw new InvalidOperationException("A batch went to another thread.");

    public void Kill(string reason) => throw new InvalidOperationException(reason);

    [GlobalSetup]
    public void Fill()
    {
        _engine = new StoreEngine(new StoreEngineOptions { Shards = Shards }, TimeProvider.System);
        _session = _engine.Open(this, new SessionPeer("benchmark", "benchmark"));
        TestCase test = TestCatalog.Of(Command, Keys, ValueBytes).First();
        foreach (ReadOnlyMemory<byte> batch in RequestBatches.Numbered(test.Prefill ?? TestCatalog.Keyspace(Keys, ValueBytes), FillDepth))
            Run(batch.Span);
        RequestBatches random = RequestBatches.Random(test.Workload, Depth, seed: 42);
        _reads = [.. Enumerable.Range(0, Operations / Depth).Select(index => random[index].ToArray())];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _session.Closed();
        foreach (ShardBlock shard in _engine.Shards)
            shard.Complete();
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public void Run()
    {
        foreach (byte[] read in _reads)
            Run(read);
    }

    private void Run(ReadOnlySpan<byte> read)
    {
        RequestBytes.Receive(_input, read);
        while (_session.Advance(_input) == SessionProgress.Again)
            TakeOutput();
        TakeOutput();
    }

    private void TakeOutput()
    {
        if (_session.Output.Span is [(byte)'-', ..])
            throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(_session.Output.Span));
        _session.OutputSent();
    }
}
