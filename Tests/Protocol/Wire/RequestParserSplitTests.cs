using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Protocol.Wire;

/// <summary>However the bytes arrive, the parser finds what the oracle finds in all of them at once.</summary>
[TestClass]
public sealed class RequestParserSplitTests
{
    [TestMethod]
    public void EverySplitInTwoPieces()
    {
        byte[] pipeline = RequestCorpus.Bytes(string.Concat(RequestCorpus.Valid));
        AssertSplitsAgree(pipeline, Enumerable.Range(1, pipeline.Length - 1).Select(split => new[] { split, pipeline.Length }));
        foreach (string invalid in RequestCorpus.Invalid)
        {
            byte[] bytes = RequestCorpus.Bytes("PING\r\n*1\r\n$4\r\nPING\r\n" + invalid + "PING\r\n");
            AssertSplitsAgree(bytes, Enumerable.Range(1, bytes.Length - 1).Select(split => new[] { split, bytes.Length }));
        }
    }

    [TestMethod]
    public void ByteByByte()
    {
        foreach (string request in RequestCorpus.Valid.Concat(RequestCorpus.Invalid).Append(string.Concat(RequestCorpus.Valid)))
        {
            byte[] bytes = RequestCorpus.Bytes(request);
            AssertSplitsAgree(bytes, [[.. Enumerable.Range(1, bytes.Length)]]);
        }
    }

    [TestMethod]
    public void RandomPieces()
    {
        Gen<(int Seed, int[] Cuts)> cases =
            from seed in Gen.Choose(0, int.MaxValue)
            from cuts in Gen.Choose(0, 400).ArrayOf()
            select (seed, cuts);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            byte[] bytes = RequestCorpus.Mutated(new Random(c.Seed));
            int[] ends = [.. c.Cuts.Where(cut => cut < bytes.Length).Order(), bytes.Length];
            return ParsedRequests.Parse(bytes, ends).Describe() == Expected(bytes);
        }).Check(ModelCheck.Configure(2000));
    }

    [TestMethod]
    public void LongLinesAreRefusedHoweverTheyArrive()
    {
        foreach (string prefix in (string[])["", "*", "*1\r\n$"])
        {
            foreach (int length in (int[])[65534, 65535, 65536, 65537])
            {
                byte[] bytes = RequestCorpus.Bytes(prefix + new string('7', length) + "\r\n");
                AssertSplitsAgree(bytes, [[bytes.Length], [1, 65530, 65531, bytes.Length], [bytes.Length - 2, bytes.Length - 1, bytes.Length]]);
            }
        }
    }

    [TestMethod]
    public void AMillionArgumentsInSmallPieces()
    {
        const int Arguments = 1_000_000;
        byte[] request = Encoding.ASCII.GetBytes($"*{Arguments}\r\n" + string.Concat(Enumerable.Range(0, Arguments).Select(i => $"$7\r\n{i:0000000}\r\n")));
        InputBuffer input = new();
        RequestParser parser = new();
        ArgList args = new();
        ParseResult result = ParseResult.NeedMore;
        for (int fed = 0; fed < request.Length;)
        {
            Assert.AreEqual(ParseResult.NeedMore, result);
            int count = Math.Min(Math.Min(4096, input.EnsureReceiveSpace()), request.Length - fed);
            request.AsSpan(fed, count).CopyTo(input.Data.AsSpan(input.End));
            input.End += count;
            fed += count;
            result = parser.TryRead(input, args);
        }

        Assert.AreEqual(ParseResult.Command, result);
        Assert.AreEqual(Arguments, args.Count);
        for (int i = 0; i < Arguments; i += 997)
            Assert.AreEqual($"{i:0000000}", Encoding.ASCII.GetString(input.Data, args.Items[i].Offset, args.Items[i].Length));
    }

    private static void AssertSplitsAgree(byte[] bytes, IEnumerable<int[]> splits)
    {
        string expected = Expected(bytes);
        foreach (int[] ends in splits)
            Assert.AreEqual(expected, ParsedRequests.Parse(bytes, ends).Describe(), $"pieces ending at {string.Join(',', ends.Take(8))} of {Encoding.Latin1.GetString(bytes)}");
    }

    private static string Expected(byte[] bytes) => RequestOracle.Run(bytes).Describe();
}
