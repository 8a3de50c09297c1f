using System.Numerics;

namespace DragonflyFlow.Storage.Values;

/// <summary>A number as C writes floats, taken apart: digits without the point, and the power of ten (of two, if hexadecimal) that they are multiplied by.</summary>
internal readonly record struct FloatText(BigInteger Digits, int Exponent, bool IsHex)
{
    /// <summary>Exponents beyond this, either way, are not worth calculating with: whatever the digits are, the value is out of every format's range.</summary>
    public const int ExponentMax = 65536;

    /// <summary>Reads an unsigned number; false if the text is none, or goes on behind it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out FloatText parts)
    {
        bool isHex = text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
        int at = isHex ? 2 : 0;
        Span<byte> digits = text.Length <= 512 ? stackalloc byte[text.Length] : new byte[text.Length];
        int count = ReadDigits(text, ref at, isHex, digits, out int decimals);
        parts = default;
        if (count == 0)
            return false;
        int exponent = isHex ? -4 * decimals : -decimals;
        if (at < text.Length && (text[at] | 0x20) == (isHex ? 'p' : 'e'))
        {
            at++;
            if (!TryExponent(text, ref at, out int given))
                return false;
            exponent += given;
        }

        parts = new FloatText(Value(digits[..count], isHex ? 16 : 10), exponent, isHex);
        return at == text.Length;
    }

    private static int ReadDigits(ReadOnlySpan<byte> text, ref int at, bool isHex, Span<byte> digits, out int decimals)
    {
        int count = 0;
        bool point = false;
        decimals = 0;
        for (; at < text.Length; at++)
        {
            byte letter = text[at];
            if (letter == '.' && !point)
            {
                point = true;
                continue;
            }

            if (!(isHex ? char.IsAsciiHexDigit((char)letter) : char.IsAsciiDigit((char)letter)))
                break;
            digits[count++] = (byte)(letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10);
            if (point)
                decimals++;
        }

        return count;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, ref int at, out int exponent)
    {
        exponent = 0;
        bool negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+')
            at++;
        int first = at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
            exponent = Math.Min((exponent * 10) + (text[at] - '0'), 2 * ExponentMax);
        if (negative)
            exponent = -exponent;
        return at > first;
    }

    private static BigInteger Value(ReadOnlySpan<byte> digits, int radix)
    {
        BigInteger value = BigInteger.Zero;
        for (int at = 0; at < digits.Length;)
        {
            ulong group = 0;
            ulong scale = 1;
            for (int i = 0; i < 15 && at < digits.Length; i++, at++)
            {
                group = (group * (ulong)radix) + digits[at];
                scale *= (ulong)radix;
            }

            value = (value * scale) + group;
        }

        return value;
    }
}
