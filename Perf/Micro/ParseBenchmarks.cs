using BenchmarkDotNet.Attributes;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Micro;

/// <summary>Reading requests: 64 commands in one buffer, time for one.</summary>
public class ParseBenchmarks
{
    private const int Commands = 64;

    private readonly RequestParser _parser = new();
    private readonly InputBuffer _input = new();
    private readonly ArgList _args = new();

    [Params("GET", "SET 64 B", "inline GET")]
    public string Command { get; set; } = "";

    [GlobalSetup]
    public void Fill()
    {
        byte[] one = Command switch
        {
            "GET" => RequestBytes.Of("GET", "key:000000000042"),
            "SET 64 B" => RequestBytes.Of("SET", "key:000000000042", new string('x', 64)),
            _ => "GET key:000000000042\r\n"u8.ToArray(),
        };
        RequestBytes.Receive(_input, [.. Enumerable.Repeat(one, Commands).SelectMany(bytes => bytes)]);
    }

    [Benchmark(OperationsPerInvoke = Commands)]
    public int Parse()
    {
        _input.Start = 0;
        _args.Count = 0;
        int commands = 0;
        while (_parser.TryRead(_input, _args) == ParseResult.Command)
            commands++;
        return commands == Commands ? commands : throw new InvalidOperationException($"{commands} commands were read.");
    }
}
