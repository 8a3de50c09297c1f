using BenchmarkDotNet.Attributes;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Micro;

/// <summary>Writing replies: 64 into one buffer, time for one.</summary>
public class ReplyBenchmarks
{
    private const int Replies = 64;

    private readonly ReplyBuffer _reply = new();
    private readonly byte[] _value = new byte[64];

    [Benchmark(OperationsPerInvoke = Replies)]
    public int Ok()
    {
        _reply.Clear();
        for (int at = 0; at < Replies; at++)
            _reply.Ok();
        return _reply.Length;
    }

    [Benchmark(OperationsPerInvoke = Replies)]
    public int Integer()
    {
        _reply.Clear();
        for (int at = 0; at < Replies; at++)
            _reply.Integer(123_456 + at);
        return _reply.Length;
    }

    [Benchmark(OperationsPerInvoke = Replies)]
    public int Bulk64Bytes()
    {
        _reply.Clear();
        for (int at = 0; at < Replies; at++)
            _reply.Bulk(_value);
        return _reply.Length;
    }

    [Benchmark(OperationsPerInvoke = Replies)]
    public int Double()
    {
        _reply.Clear();
        for (int at = 0; at < Replies; at++)
            _reply.Double(at / 7.0);
        return _reply.Length;
    }

    [Benchmark(OperationsPerInvoke = Replies)]
    public int ArrayOf10()
    {
        _reply.Clear();
        for (int at = 0; at < Replies; at++)
        {
            _reply.Array(10);
            for (int element = 0; element < 10; element++)
                _reply.BulkInteger(element);
        }

        return _reply.Length;
    }
}
