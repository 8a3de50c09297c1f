using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Protocol.Wire;

/// <summary>What the parser made of some bytes: each command as its arguments joined by '|' (Latin-1), then the error or the bytes left over.</summary>
internal sealed class ParsedRequests
{
    internal List<string> Commands { get; } = [];

    internal int EmptyCount { get; private set; }

    internal string? Error { get; private set; }

    internal int Unread { get; private set; }

    internal static ParsedRequests Parse(ReadOnlySpan<byte> bytes, RequestParser? parser = null) => Parse(bytes, [bytes.Length], parser);

    /// <summary>Feeds the bytes in pieces that end at the given offsets, as a connection would.</summary>
    internal static ParsedRequests Parse(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> pieceEnds, RequestParser? parser = null)
    {
        ParsedRequests parsed = new();
        InputBuffer input = new();
        parser ??= new RequestParser();
        ArgList args = new();
        int fed = 0;
        foreach (int end in pieceEnds)
        {
            while (fed < end && parsed.Error is null)
            {
                Span<byte> space = input.GetReceiveSpace().Span;
                int count = Math.Min(space.Length, end - fed);
                bytes.Slice(fed, count).CopyTo(space);
                input.End += count;
                fed += count;
                parsed.ReadAll(parser, input, args);
            }
        }

        parsed.Unread = input.End - input.Start;
        input.Release();
        return parsed;
    }

    /// <summary>In the form of <see cref="RequestOracle.Outcome.Describe"/>.</summary>
    internal string Describe() => new RequestOracle.Outcome(Commands, EmptyCount, Error, Unread).Describe();

    private void ReadAll(RequestParser parser, InputBuffer input, ArgList args)
    {
        while (true)
        {
            args.Clear();
            switch (parser.TryRead(input, args))
            {
                case ParseResult.NeedMore:
                    Assert.AreEqual(0, args.Count, "an incomplete command leaves nothing in the batch");
                    return;
                case ParseResult.ProtocolError:
                    Assert.AreEqual(0, args.Count, "a faulty command leaves nothing in the batch");
                    Error = parser.Error;
                    return;
                case ParseResult.Empty:
                    EmptyCount++;
                    break;
                default:
                    Commands.Add(string.Join('|', Enumerable.Range(0, args.Count).Select(i => Text(input, args.Items[i]))));
                    break;
            }
        }
    }

    private static string Text(InputBuffer input, ArgRange range) => Encoding.Latin1.GetString(input.Data, range.Offset, range.Length);
}
