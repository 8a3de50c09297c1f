using System.Globalization;
using System.Numerics;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>
/// Floats as C's strtod reads them: white space and a sign before, decimal and hexadecimal digits, an exponent, inf, infinity and nan in any case. What follows
/// the longest such beginning is not looked at.
/// </summary>
internal static class CFloat
{
    private const int MantissaBits = 53;
    private const int ExponentMax = 1024;
    private const int ExponentMin = -1074;

    // No exponent beyond this says more than this one.
    private const int ExponentReadMax = 1 << 24;

    /// <summary>Reads the number that the text begins with; <paramref name="used"/> is 0 if there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="used">Bytes of it, white space included.</param>
    /// <param name="isOutOfRange">Whether a number became infinity or zero because a double cannot hold it (ERANGE).</param>
    public static double Read(ReadOnlySpan<byte> text, out int used, out bool isOutOfRange)
    {
        used = 0;
        isOutOfRange = false;
        int start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        bool negative = start < text.Length && text[start] == '-';
        if (start < text.Length && text[start] is (byte)'+' or (byte)'-')
            start++;
        double value = ReadUnsigned(text[start..], out int length, ref isOutOfRange);
        used = length == 0 ? 0 : start + length;
        return negative ? -value : value;
    }

    /// <summary>Whether C's isspace holds.</summary>
    public static bool IsSpace(byte letter) => letter is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    private static double ReadUnsigned(ReadOnlySpan<byte> text, out int length, ref bool isOutOfRange)
    {
        if (StartsWith(text, "infinity") || StartsWith(text, "inf"))
        {
            length = StartsWith(text, "infinity") ? 8 : 3;
            return double.PositiveInfinity;
        }

        if (StartsWith(text, "nan"))
        {
            length = 3 + LengthOfPayload(text[3..]);
            return double.NaN;
        }

        if (StartsWith(text, "0x") && ReadHex(text[2..], out length, ref isOutOfRange) is { } hex)
        {
            length += 2;
            return hex;
        }

        return ReadDecimal(text, out length, ref isOutOfRange);
    }

    private static double ReadDecimal(ReadOnlySpan<byte> text, out int length, ref bool isOutOfRange)
    {
        bool point = false, digits = false, nonZero = false;
        int at = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !point)
            {
                point = true;
                continue;
            }

            if (!char.IsAsciiDigit((char)text[at]))
                break;
            digits = true;
            nonZero |= text[at] != '0';
        }

        length = 0;
        if (!digits)
            return 0;
        length = at + LengthOfExponent(text[at..], 'e');
        double value = double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
        isOutOfRange |= double.IsInfinity(value) || (value == 0 && nonZero);
        return value;
    }

    // Null if no digit follows: then "0" was the number.
    private static double? ReadHex(ReadOnlySpan<byte> text, out int length, ref bool isOutOfRange)
    {
        ulong mantissa = 0;
        bool rest = false, point = false, digits = false;
        int at = 0, exponent = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !point)
            {
                point = true;
                continue;
            }

            if (!char.IsAsciiHexDigit((char)text[at]))
                break;
            digits = true;
            uint digit = (uint)(text[at] <= '9' ? text[at] - '0' : (text[at] | 0x20) - 'a' + 10);
            bool fits = mantissa >> 60 == 0;
            mantissa = fits ? (mantissa << 4) | digit : mantissa;
            rest |= !fits && digit != 0;
            exponent += (fits ? 0 : 4) - (point ? 4 : 0);
        }

        length = 0;
        if (!digits)
            return null;
        int marked = LengthOfExponent(text[at..], 'p');
        if (marked > 0)
            exponent += ExponentOf(text.Slice(at + 1, marked - 1));
        length = at + marked;
        return Compose(mantissa, rest, exponent, ref isOutOfRange);
    }

    // mantissa * 2^exponent, rounded to the nearest double, to the even one of two; rest says whether more than nothing follows the mantissa.
    private static double Compose(ulong mantissa, bool rest, int exponent, ref bool isOutOfRange)
    {
        if (mantissa == 0)
            return 0;
        int bits = 64 - BitOperations.LeadingZeroCount(mantissa);
        int top = bits + exponent;
        if (top > ExponentMax)
        {
            isOutOfRange = true;
            return double.PositiveInfinity;
        }

        int dropped = bits - Math.Min(MantissaBits, top - ExponentMin);
        if (dropped > 0)
        {
            // One bit further than the mantissa is long there is nothing left to round.
            UInt128 wide = dropped > 65 ? 0 : mantissa;
            int shift = Math.Min(dropped, 65);
            UInt128 half = UInt128.One << (shift - 1);
            UInt128 low = wide & ((half << 1) - 1);
            UInt128 kept = wide >> shift;
            if (low > half || (low == half && (rest || (kept & 1) == 1)))
                kept++;
            mantissa = (ulong)kept;
            exponent += dropped;
        }

        double value = Math.ScaleB(mantissa, exponent);
        isOutOfRange |= double.IsInfinity(value) || value == 0;
        return value;
    }

    // 0 if the mark is not followed by digits: then it is no exponent.
    private static int LengthOfExponent(ReadOnlySpan<byte> text, char mark)
    {
        if (text.IsEmpty || (text[0] | 0x20) != mark)
            return 0;
        int at = text.Length > 1 && text[1] is (byte)'+' or (byte)'-' ? 2 : 1;
        int first = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
            at++;
        return at == first ? 0 : at;
    }

    private static int ExponentOf(ReadOnlySpan<byte> text)
    {
        int value = 0;
        foreach (byte letter in text)
        {
            if (char.IsAsciiDigit((char)letter))
                value = Math.Min((value * 10) + (letter - '0'), ExponentReadMax);
        }

        return text[0] == '-' ? -value : value;
    }

    // "nan(letters)" is one word.
    private static int LengthOfPayload(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '(')
            return 0;
        int at = 1;
        while (at < text.Length && (char.IsAsciiLetterOrDigit((char)text[at]) || text[at] == '_'))
            at++;
        return at < text.Length && text[at] == ')' ? at + 1 : 0;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, string word) => text.Length >= word.Length && Words.Equal(text[..word.Length], word);
}
