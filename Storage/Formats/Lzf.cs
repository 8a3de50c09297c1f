namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Reads LZF, the compression that Redis uses inside RDB: runs of literal bytes, and references to what has been put out before.
/// <see cref="LzfCompressor"/> writes it.
/// </summary>
public static class Lzf
{
    /// <summary>No compressed byte stands for more: a reference of 3 bytes gives up to 264.</summary>
    public const int RatioMax = 88;

    /// <summary>Most bytes of one literal run; a control byte from here on begins a reference.</summary>
    internal const int LiteralMax = 32;

    /// <summary>The length in a reference's first byte that says that a byte with the rest follows.</summary>
    internal const int LongLength = 7;

    /// <summary>A reference gives so many bytes more than its length says.</summary>
    internal const int LengthMin = 2;

    /// <summary>Decompresses into a buffer of exactly the right length; false if the input is damaged or gives another number of bytes.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int at = 0;
        int written = 0;
        while (at < input.Length)
        {
            int control = input[at++];
            bool isGood = control < LiteralMax
                ? TryCopyLiterals(input, ref at, control + 1, output, ref written)
                : TryCopyReference(input, ref at, control, output, ref written);
            if (!isGood)
                return false;
        }

        return written == output.Length;
    }

    private static bool TryCopyLiterals(ReadOnlySpan<byte> input, ref int at, int count, Span<byte> output, ref int written)
    {
        if (count > input.Length - at || count > output.Length - written)
            return false;
        input.Slice(at, count).CopyTo(output[written..]);
        at += count;
        written += count;
        return true;
    }

    private static bool TryCopyReference(ReadOnlySpan<byte> input, ref int at, int control, Span<byte> output, ref int written)
    {
        int length = control >> 5;
        if (length == LongLength)
        {
            if (at == input.Length)
                return false;
            length += input[at++];
        }

        if (at == input.Length)
            return false;
        length += LengthMin;
        int from = written - ((control & 0x1F) << 8) - input[at++] - 1;
        if (from < 0 || length > output.Length - written)
            return false;

        // A reference may overlap with what it gives, which repeats it: so there is twice as much to copy from each time.
        while (length > 0)
        {
            int count = Math.Min(length, written - from);
            output.Slice(from, count).CopyTo(output[written..]);
            written += count;
            length -= count;
        }

        return true;
    }
}
