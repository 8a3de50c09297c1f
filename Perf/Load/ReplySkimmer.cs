using System.Text;

namespace DragonflyFlow.Perf.Load;

/// <summary>Counts the whole replies in a stream of RESP2 or RESP3 bytes, cut anywhere, without keeping them. Only errors are remembered.</summary>
internal sealed class ReplySkimmer
{
    private const int LineMax = 512;

    private readonly byte[] _line = new byte[LineMax];
    private int _lineLength;
    private long _skip;
    private long _missing;

    /// <summary>Whole replies seen.</summary>
    public long Replies { get; private set; }

    /// <summary>The first error reply, if any came.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_skip > 0)
            {
                int passed = (int)Math.Min(_skip, bytes.Length);
                _skip -= passed;
                bytes = bytes[passed..];
                if (_skip == 0)
                    ValueEnds();
                continue;
            }

            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            int kept = Math.Min(part.Length, LineMax - _lineLength);
            part[..kept].CopyTo(_line.AsSpan(_lineLength));
            _lineLength += kept;
            if (end < 0)
                return;
            bytes = bytes[(end + 1)..];
            LineEnds(_line.AsSpan(0, _lineLength));
            _lineLength = 0;
        }
    }

    // A value is one line, or a line that tells how many bytes (and CRLF) or how many values follow.
    private void LineEnds(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty)
            throw new FormatException("An empty line where a reply should start.");
        if (_missing == 0)
            _missing = 1;
        switch ((char)line[0])
        {
            case '+' or ':' or '_' or ',' or '#' or '(':
                ValueEnds();
                break;
            case '-':
                FirstError ??= Encoding.UTF8.GetString(line[1..]);
                ValueEnds();
                break;
            case '$' or '=' or '!':
                BulkStarts(Count(line));
                break;
            case '*' or '~' or '>':
                AggregateStarts(Count(line));
                break;
            case '%':
                AggregateStarts(2 * Count(line));
                break;
            default:
                throw new FormatException($"No reply starts with '{(char)line[0]}'.");
        }
    }

    private void BulkStarts(long bytes)
    {
        if (bytes < 0)
            ValueEnds();
        else
            _skip = bytes + 2;
    }

    private void AggregateStarts(long values)
    {
        _missing += Math.Max(0, values);
        ValueEnds();
    }

    private void ValueEnds()
    {
        if (--_missing == 0)
            Replies++;
    }

    private static long Count(ReadOnlySpan<byte> line)
        => long.TryParse(line[1..], out long count) ? count : throw new FormatException($"No number in '{Encoding.UTF8.GetString(line)}'.");
}
