using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Protocol.Wire;

/// <summary>Malformed input: the declared errors and nothing else, no memory for what was only announced, nothing allocated on the hot path.</summary>
[TestClass]
public sealed class RequestParserFuzzTests
{
    private const int Seed = 20260;

    [TestMethod]
    public void TenThousandMutatedRequestsAgreeWithTheOracle()
    {
        Random random = new(Seed);
        int errors = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = RequestCorpus.Mutated(random);
            RequestOracle.Outcome expected = RequestOracle.Run(bytes);
            int split = random.Next(bytes.Length + 1);
            string actual = ParsedRequests.Parse(bytes, [split, bytes.Length]).Describe();
            Assert.AreEqual(expected.Describe(), actual, $"seed {Seed}, case {i}, split {split}: {Encoding.Latin1.GetString(bytes)}");
            errors += expected.Error is null ? 0 : 1;
        }

        Assert.IsGreaterThan(1000, errors, "the mutations reach the errors");
    }

    [TestMethod]
    public void MalformedRequestsAllocateInProportionToWhatArrived()
    {
        Random random = new(Seed);
        byte[][] inputs = [.. Enumerable.Range(0, 10_000).Select(_ => RequestCorpus.Mutated(random))];
        ArgList args = new();
        InputBuffer input = new();
        RequestParser parser = new();
        foreach (byte[] bytes in inputs)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Feed(parser, input, args, bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsLessThan(4096 + (64L * bytes.Length), allocated, Encoding.Latin1.GetString(bytes));
            Assert.IsLessThanOrEqualTo(InputBuffer.InitialBytes, input.Data.Length);
            input.Start = input.End = 0;
            parser.Reset();
        }
    }

    [TestMethod]
    [DataRow("*2147483647\r\n")]
    [DataRow("*1\r\n$536870912\r\n")]
    [DataRow("*1000000\r\n$536870912\r\nabc")]
    public void AnnouncedSizesAllocateNothing(string announcement)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(announcement);
        ArgList args = new();
        InputBuffer input = new();
        RequestParser parser = new();
        Feed(parser, input, args, bytes);
        parser.Reset();
        input.Start = input.End = 0;

        long before = GC.GetAllocatedBytesForCurrentThread();
        ParseResult result = Feed(parser, input, args, bytes);
        input.GetReceiveSpace();
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(ParseResult.NeedMore, result);
        Assert.IsLessThanOrEqualTo(InputBuffer.InitialBytes, input.Data.Length);
    }

    [TestMethod]
    public void ReadingAllocatesNothing()
    {
        byte[] pipeline = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("*3\r\n$3\r\nSET\r\n$5\r\nkey:1\r\n$12\r\nhello world!\r\nGET 'key:1'\r\n\r\n", 16)));
        ArgList args = new();
        InputBuffer input = new();
        RequestParser parser = new();
        int commands = 0;
        long before = 0;
        for (int round = 0; round < 1000; round++)
        {
            // Half of a pipeline at a time, so that the incomplete command in the middle is suspended and resumed too.
            if (round == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            commands += CountCommands(parser, input, args, pipeline.AsSpan(0, 500 + (round % 60)));
            commands += CountCommands(parser, input, args, pipeline.AsSpan(500 + (round % 60)));
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(32 * 1000, commands);
    }

    private static int CountCommands(RequestParser parser, InputBuffer input, ArgList args, ReadOnlySpan<byte> bytes)
    {
        int free = input.EnsureReceiveSpace();
        Assert.IsGreaterThanOrEqualTo(bytes.Length, free);
        bytes.CopyTo(input.Data.AsSpan(input.End));
        input.End += bytes.Length;
        args.Clear();
        int commands = 0;
        while (true)
        {
            ParseResult result = parser.TryRead(input, args);
            if (result == ParseResult.NeedMore)
                return commands;
            if (result == ParseResult.Command)
                commands++;
        }
    }

    private static ParseResult Feed(RequestParser parser, InputBuffer input, ArgList args, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(input.GetReceiveSpace().Span);
        input.End += bytes.Length;
        args.Clear();
        ParseResult result;
        do
            result = parser.TryRead(input, args);
        while (result is ParseResult.Command or ParseResult.Empty);
        return result;
    }
}
