using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using BenchmarkDotNet.Attributes;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Perf.Micro;

/// <summary>
/// What it costs to hand a message to whoever runs it (performance.md 2). "Stream" = messages one behind the other, the receiver awake; "round trip" = each is
/// awaited, spinning, before the next, so that each finds the receiver idle. Time for one message.
/// </summary>
public class HopBenchmarks
{
    private const int Messages = 1000;

    private readonly CountingBlock _block = new();
    private readonly CountedMessage _message = new();
    private ActionBlock<int> _action = null!;
    private Channel<int> _channel = null!;
    private Task _reader = Task.CompletedTask;
    private long _seen;

    [GlobalSetup]
    public void Start()
    {
        _action = new ActionBlock<int>(_ => Volatile.Write(ref _seen, _seen + 1));
        _channel = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        _reader = ReadAsync();
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _channel.Writer.Complete();
        _action.Complete();
        await _reader;
        await _action.Completion;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages, Description = "ExclusiveBlock, idle, inline")]
    public long ExclusiveBlockInline()
    {
        for (int at = 0; at < Messages; at++)
            _block.Post(_message);
        return _block.Count;
    }

    [Benchmark(OperationsPerInvoke = Messages, Description = "ExclusiveBlock, idle, as ITargetBlock")]
    public long ExclusiveBlockOffered()
    {
        for (int at = 0; at < Messages; at++)
            DataflowBlock.Post(_block, _message);
        return _block.Count;
    }

    [Benchmark(OperationsPerInvoke = Messages, Description = "ActionBlock, stream")]
    public void ActionBlockStream()
    {
        long target = Volatile.Read(ref _seen) + Messages;
        for (int at = 0; at < Messages; at++)
            _action.Post(at);
        Await(target);
    }

    [Benchmark(OperationsPerInvoke = Messages, Description = "ActionBlock, round trip")]
    public void ActionBlockRoundTrip()
    {
        for (int at = 0; at < Messages; at++)
        {
            long target = Volatile.Read(ref _seen) + 1;
            _action.Post(at);
            Await(target);
        }
    }

    [Benchmark(OperationsPerInvoke = Messages, Description = "Channel, stream")]
    public void ChannelStream()
    {
        long target = Volatile.Read(ref _seen) + Messages;
        for (int at = 0; at < Messages; at++)
            _channel.Writer.TryWrite(at);
        Await(target);
    }

    [Benchmark(OperationsPerInvoke = Messages, Description = "Channel, round trip")]
    public void ChannelRoundTrip()
    {
        for (int at = 0; at < Messages; at++)
        {
            long target = Volatile.Read(ref _seen) + 1;
            _channel.Writer.TryWrite(at);
            Await(target);
        }
    }

    private void Await(long target)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _seen) < target)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    private async Task ReadAsync()
    {
        await foreach (int _ in _channel.Reader.ReadAllAsync())
            Volatile.Write(ref _seen, _seen + 1);
    }

    private sealed class CountedMessage : BlockMessage;

    private sealed class CountingBlock : ExclusiveBlock<CountedMessage>
    {
        public long Count { get; private set; }

        protected override bool Run(CountedMessage message)
        {
            Count++;
            return true;
        }

        protected override void Refuse(CountedMessage message, Exception reason) => throw new InvalidOperationException("The block refused.", reason);
    }
}
