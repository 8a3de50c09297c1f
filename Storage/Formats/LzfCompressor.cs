using System.Buffers;
using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Writes LZF (<see cref="Lzf"/> reads it). It remembers in a table where three bytes were last seen, and takes the longest repetition from there. The table
/// is not emptied between strings: places carry on from one string to the next, so that older ones are known to be void. Dispose it.
/// </summary>
internal sealed class LzfCompressor : IDisposable
{
    private const int HashBits = 13;
    private const int DistanceMax = 1 << 13;
    private const int RepetitionMin = 3;
    private const int RepetitionMax = 264;

    // What a compressed string has beside its bytes is taken from what it saves: less is not worth it (Redis asks for as much).
    private const int SavedMin = 4;

    private readonly int[] _seen = new int[1 << HashBits];
    private byte[] _output = [];
    private int _written;
    private int _outputMax;

    // The place of the string's first byte; 0 in the table is before every string.
    private int _origin = 1;

    /// <summary>The compressed form, if it is shorter by enough; good until the next call.</summary>
    public bool TryCompress(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> compressed)
    {
        compressed = default;
        if (input.Length <= SavedMin + 1)
            return false;
        Prepare(input.Length);
        bool isSmaller = TryWrite(input);
        _origin += input.Length;
        compressed = _output.AsSpan(0, _written);
        return isSmaller;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_output.Length > 0)
            ArrayPool<byte>.Shared.Return(_output);
        _output = [];
    }

    private void Prepare(int length)
    {
        _written = 0;
        _outputMax = length - SavedMin;
        if (_output.Length < _outputMax)
        {
            Dispose();
            _output = ArrayPool<byte>.Shared.Rent(_outputMax);
        }

        if (_origin <= int.MaxValue - length)
            return;
        Array.Clear(_seen);
        _origin = 1;
    }

    private bool TryWrite(ReadOnlySpan<byte> input)
    {
        int literals = 0;
        int at = 0;
        while (at <= input.Length - RepetitionMin)
        {
            int from = Exchange(input, at);
            int distance = at - from;
            if (from < 0 || distance > DistanceMax || !input.Slice(from, RepetitionMin).SequenceEqual(input.Slice(at, RepetitionMin)))
            {
                at++;
                continue;
            }

            int most = Math.Min(input.Length - at, RepetitionMax);
            int length = input.Slice(at, most).CommonPrefixLength(input.Slice(from, most));
            if (!TryWriteLiterals(input[literals..at]) || !TryWriteReference(distance, length))
                return false;
            Remember(input, at + 1, at + length);
            at += length;
            literals = at;
        }

        return TryWriteLiterals(input[literals..]);
    }

    // Where the three bytes at a place were seen before, negative if nowhere in this string; they are here now.
    private int Exchange(ReadOnlySpan<byte> input, int at)
    {
        ref int seen = ref _seen[HashOf(input, at)];
        int from = seen - _origin;
        seen = _origin + at;
        return from;
    }

    // Of a repetition only the end is remembered: what comes next is likely to repeat from there.
    private void Remember(ReadOnlySpan<byte> input, int start, int end)
    {
        for (int at = Math.Max(start, end - RepetitionMin + 1); at < end && at <= input.Length - RepetitionMin; at++)
            _seen[HashOf(input, at)] = _origin + at;
    }

    private static int HashOf(ReadOnlySpan<byte> input, int at)
    {
        uint three = (uint)(BinaryPrimitives.ReadUInt16LittleEndian(input[at..]) | (input[at + 2] << 16));
        return (int)((three * 2654435761u) >> (32 - HashBits));
    }

    private bool TryWriteLiterals(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, Lzf.LiteralMax);
            if (1 + count > _outputMax - _written)
                return false;
            _output[_written++] = (byte)(count - 1);
            bytes[..count].CopyTo(_output.AsSpan(_written));
            _written += count;
            bytes = bytes[count..];
        }

        return true;
    }

    private bool TryWriteReference(int distance, int length)
    {
        int rest = length - Lzf.LengthMin;
        bool isLong = rest >= Lzf.LongLength;
        if ((isLong ? 3 : 2) > _outputMax - _written)
            return false;
        int back = distance - 1;
        _output[_written++] = (byte)((Math.Min(rest, Lzf.LongLength) << 5) | (back >> 8));
        if (isLong)
            _output[_written++] = (byte)(rest - Lzf.LongLength);
        _output[_written++] = (byte)back;
        return true;
    }
}
