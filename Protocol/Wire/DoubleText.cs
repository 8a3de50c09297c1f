using System.Globalization;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Doubles as Redis 7.2 prints them in replies (d2string): the shortest digits that read back as the same number; whole numbers up to half of a 64-bit integer
/// as integers; an exponent only when the plain form would be long, without leading zeros ("1e+20", "1.5e-7"); nan, inf, -inf, -0.
/// </summary>
public static class DoubleText
{
    /// <summary>Bytes that every double fits into.</summary>
    public const int BytesMax = 32;

    private const double WholeMax = long.MaxValue / 2;

    /// <summary>Writes <paramref name="value"/> into <paramref name="destination"/>, at least <see cref="BytesMax"/> bytes.</summary>
    /// <returns>Bytes written.</returns>
    public static int Format(double value, Span<byte> destination)
    {
        if (!double.IsFinite(value))
            return Copy(double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8, destination);
        if (value == 0)
            return Copy(double.IsNegative(value) ? "-0"u8 : "0"u8, destination);

        if (value is >= -WholeMax and <= WholeMax && (long)value == value)
        {
            ((long)value).TryFormat(destination, out int length, provider: CultureInfo.InvariantCulture);
            return length;
        }

        // The runtime's round-trip form has the right digits; only where the point and the exponent stand differs.
        Span<byte> text = stackalloc byte[BytesMax];
        value.TryFormat(text, out int written, "R", CultureInfo.InvariantCulture);
        if (IsPlain(text[..written]))
            return Copy(text[..written], destination);

        Span<byte> digits = stackalloc byte[BytesMax];
        int sign = value < 0 ? 1 : 0;
        (int digitCount, int scale) = Decompose(text[sign..written], digits);
        destination[0] = (byte)'-';
        return sign + Compose(digits[..digitCount], scale, destination[sign..]);
    }

    // Most fractions stand as Redis writes them: no exponent, and at most six digits behind the point.
    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        int point = text.IndexOf((byte)'.');
        return point >= text.Length - 7 && point > 0 && !text.Contains((byte)'E');
    }

    /// <summary>Splits "12.5" or "1.25E+20" into significant digits and the power of ten of the last one.</summary>
    private static (int Count, int Scale) Decompose(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        int exponentAt = text.IndexOf((byte)'E');
        int scale = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int count = 0;
        bool fraction = false;
        foreach (byte next in mantissa)
        {
            if (next == (byte)'.')
            {
                fraction = true;
                continue;
            }

            if (fraction)
                scale--;
            if (count > 0 || next != (byte)'0')
                digits[count++] = next;
        }

        while (count > 1 && digits[count - 1] == (byte)'0')
        {
            count--;
            scale++;
        }

        return (count, scale);
    }

    private static int Compose(ReadOnlySpan<byte> digits, int scale, Span<byte> destination)
    {
        int exponent = Math.Abs(scale + digits.Length - 1);
        if (scale >= 0 && exponent < digits.Length + 7)
        {
            digits.CopyTo(destination);
            destination.Slice(digits.Length, scale).Fill((byte)'0');
            return digits.Length + scale;
        }

        if (scale < 0 && (scale > -7 || exponent < 4))
            return ComposeFraction(digits, digits.Length + scale, destination);
        return ComposeScientific(digits, scale + digits.Length - 1, destination);
    }

    private static int ComposeFraction(ReadOnlySpan<byte> digits, int whole, Span<byte> destination)
    {
        if (whole <= 0)
        {
            destination[0] = (byte)'0';
            destination[1] = (byte)'.';
            destination.Slice(2, -whole).Fill((byte)'0');
            digits.CopyTo(destination[(2 - whole)..]);
            return digits.Length + 2 - whole;
        }

        digits[..whole].CopyTo(destination);
        destination[whole] = (byte)'.';
        digits[whole..].CopyTo(destination[(whole + 1)..]);
        return digits.Length + 1;
    }

    private static int ComposeScientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> destination)
    {
        int at = digits.Length == 1 ? Copy(digits, destination) : ComposeFraction(digits, 1, destination);
        destination[at++] = (byte)'e';
        destination[at++] = exponent < 0 ? (byte)'-' : (byte)'+';
        Math.Abs(exponent).TryFormat(destination[at..], out int written, provider: CultureInfo.InvariantCulture);
        return at + written;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
