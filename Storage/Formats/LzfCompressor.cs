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
    private const uint RepetitionMask = 0xFFFFFF;

    // Bytes without a repetition behind which the step to the next look grows by one, and what it grows to: what cannot be compressed takes a third of the time so.
    private const int StepShift = 5;
    private const int StepMax = 8;

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
        while (at <= input.Length - sizeof(uint))
        {
            uint four = BinaryPrimitives.ReadUInt32LittleEndian(input[at..]);
            int hash = HashOf(four);
            int from = Exchange(hash, at);
            if (from < 0 || at - from > DistanceMax || ((four ^ BinaryPrimitives.ReadUInt32LittleEndian(input[from..])) & RepetitionMask) != 0)
            {
                at += StepAfter(at - literals, hash);
                continue;
            }

            while (at > literals && from > 0 && input[at - 1] == input[from - 1])
                (at, from) = (at - 1, from - 1);
            int most = Math.Min(input.Length - at, RepetitionMax);
            int length = input.Slice(at, most).CommonPrefixLength(input.Slice(from, most));
            if (!TryWriteLiterals(input[literals..at]) || !TryWriteReference(at - from, length))
                return false;
            Remember(input, at + 1, at + length);
            at += length;
            literals = at;
        }

        return TryWriteLiterals(input[literals..]);
    }

    // Where nothing has been repeated for a while, not all places are looked at. What stands there decides by how much it goes on: places of the same text would else be seen with the same
    // gaps, beside each other for ever.
    private static int StepAfter(int literals, int hash) => 1 + Math.Min(literals >> StepShift, StepMax - 1 - (hash & 1));

    // Where a hash was seen before, negative if nowhere in this string; it is here now.
    private int Exchange(int hash, int at)
    {
        ref int seen = ref _seen[hash];
        int from = seen - _origin;
        seen = _origin + at;
        return from;
    }

    // Of a repetition only the end is remembered: what comes next is likely to repeat from there.
    private void Remember(ReadOnlySpan<byte> input, int start, int end)
    {
        for (int at = Math.Max(start, end - RepetitionMin + 1); at < end && at <= input.Length - sizeof(uint); at++)
            _seen[HashOf(BinaryPrimitives.ReadUInt32LittleEndian(input[at..]))] = _origin + at;
    }

    private static int HashOf(uint four) => (int)(((four & RepetitionMask) * 2654435761u) >> (32 - HashBits));

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
