using System.Globalization;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Wire;

/// <summary>The parser's and the writer's results beside those of a real redis-server.</summary>
[TestClass]
public sealed class RedisDifferentialTests
{
    private const int Seed = 4711;

    [TestMethod]
    public async Task ProtocolErrorsHaveTheSameBytes()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        string big = new('1', 70_000);
        string[] extra = ["*" + big, "*1\r\n$" + big, big];
        foreach (string request in RequestCorpus.Invalid.Concat(extra))
        {
            byte[] bytes = RequestCorpus.Bytes("*1\r\n$4\r\nPING\r\n" + request);
            string expected = Text(await redis.ExchangeAsync(bytes, cancel: Deadline()));
            Assert.AreEqual(expected, Text(Answer(bytes, new RequestParser())), request[..Math.Min(request.Length, 60)]);
        }
    }

    [TestMethod]
    public async Task LimitsBeforeAuthenticationHaveTheSameBytes()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync("--requirepass", "secret");
        foreach (string request in (string[])["*11\r\n", "*2\r\n$4\r\nAUTH\r\n$16385\r\n", "*2\r\n$16385\r\n", "*2147483648\r\n", "*1\r\n$536870913\r\n"])
        {
            byte[] bytes = RequestCorpus.Bytes(request);
            string expected = Text(await redis.ExchangeAsync(bytes, cancel: Deadline()));
            Assert.AreEqual(expected, Text(Answer(bytes, new RequestParser { Unauthenticated = true })), request);
        }
    }

    [TestMethod]
    public async Task InlineCommandsAreSplitTheSameWay()
    {
        // EVAL returns the arguments as Redis split them; QUIT makes it close, so that the end of the answer is known.
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        Random random = new(Seed);
        const string Alphabet = "ab  \"\"''\\\\xn04\t\v\f";
        int errors = 0;
        for (int i = 0; i < 400; i++)
        {
            string line = new([.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            byte[] bytes = RequestCorpus.Bytes($"EVAL 'return ARGV' 0 {line}\r\nQUIT\r\n");
            string expected = Text(await redis.ExchangeAsync(bytes, cancel: Deadline()));
            string actual = Text(Answer(bytes, new RequestParser()));
            Assert.AreEqual(expected, actual, $"seed {Seed}, case {i}: [{line}]");
            errors += actual.StartsWith('-') ? 1 : 0;
        }

        Assert.IsTrue(errors is > 20 and < 380, "both outcomes are compared");
    }

    [TestMethod]
    public async Task DoublesMeanTheSame()
    {
        // The server at hand may be older than 7.2 and print 17 digits where 7.2 prints the shortest form: the number is what must agree, and the
        // bytes wherever 17 digits are not needed.
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        double[] values =
        [
            0, 1, -1, 3, 0.5, -0.25, 1.1, 0.1, 1e-7, 123456.1234567, 1e15, 1e16, 1e17, 1e20, 1e300, 5e-324, double.MaxValue,
            double.PositiveInfinity, double.NegativeInfinity, .. RandomDoubles(200),
        ];
        foreach (double value in values)
        {
            string text = Double(value, resp3: false).Split("\r\n")[1];
            byte[] request = RequestCorpus.Bytes($"HELLO 3\r\nZADD k {text} m\r\nZSCORE k m\r\nHELLO 2\r\nZSCORE k m\r\nQUIT\r\n");
            string[] lines = Text(await redis.ExchangeAsync(request, cancel: Deadline())).Split("\r\n");
            string resp3 = lines.Single(line => line.StartsWith(','))[1..];
            string resp2 = lines[^3];
            Assert.AreEqual(resp3, resp2);
            Assert.AreEqual(value, Parse(resp3), text);
            bool isWholeQuarters = Math.Abs(value) < 1e15 && value == Math.Round(value * 4) / 4;
            if (isWholeQuarters)
                Assert.AreEqual($",{resp3}\r\n${resp2.Length}\r\n{resp2}\r\n", Double(value, resp3: true) + Double(value, resp3: false));
        }
    }

    private static IEnumerable<double> RandomDoubles(int count)
    {
        Random random = new(Seed);
        for (int i = 0; i < count; i++)
            yield return i % 2 == 0 ? random.Next(-1_000_000, 1_000_000) / 4.0 : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));
    }

    private static double Parse(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Double(double value, bool resp3)
    {
        ReplyBuffer reply = new() { Resp3 = resp3 };
        reply.Double(value);
        return Text(reply.Written);
    }

    // What a server with PING, QUIT and that one EVAL would answer.
    private static byte[] Answer(byte[] request, RequestParser parser)
    {
        InputBuffer input = new();
        ArgList args = new();
        ReplyBuffer reply = new();
        for (int fed = 0; fed < request.Length;)
        {
            Span<byte> space = input.GetReceiveSpace().Span;
            int count = Math.Min(space.Length, request.Length - fed);
            request.AsSpan(fed, count).CopyTo(space);
            input.End += count;
            fed += count;
            for (ParseResult result = Read(); result != ParseResult.NeedMore; result = Read())
            {
                if (result == ParseResult.ProtocolError)
                {
                    reply.Error("ERR " + parser.Error);
                    return reply.Written.ToArray();
                }

                if (result == ParseResult.Command)
                    Run(input, args, reply);
            }
        }

        return reply.Written.ToArray();

        ParseResult Read()
        {
            args.Clear();
            return parser.TryRead(input, args);
        }
    }

    private static void Run(InputBuffer input, ArgList args, ReplyBuffer reply)
    {
        switch (Text(Argument(0)))
        {
            case "PING":
                reply.Simple("PONG");
                break;
            case "QUIT":
                reply.Ok();
                break;
            default:
                reply.Array(args.Count - 3);
                for (int i = 3; i < args.Count; i++)
                    reply.Bulk(Argument(i));
                break;
        }

        ReadOnlySpan<byte> Argument(int i) => input.Data.AsSpan(args.Items[i].Offset, args.Items[i].Length);
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
