using System.Globalization;
using System.Numerics;
using System.Text;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The 80-bit float that INCRBYFLOAT and HINCRBYFLOAT of Redis calculate with (long double on x86-64: 64 bits of mantissa, 15 of exponent), so that
/// 0.1 + 0.2 is 0.3 here as it is there. Exact inside by big integers, rounded to nearest even after each step. Not meant for hot paths.
/// </summary>
public readonly struct ExtendedFloat
{
    /// <summary>Bytes that the plain form of every finite value fits into.</summary>
    public const int TextBytesMax = 5120;

    private const int MantissaBits = 64;
    private const int ExponentMin = -16445;
    private const int ExponentMax = 16320;
    private const int Decimals = 17;

    private static readonly BigInteger DecimalScale = BigInteger.Pow(10, Decimals);

    // The value is _mantissa * 2^_exponent; the mantissa carries the sign and has at most 64 bits.
    private readonly BigInteger _mantissa;
    private readonly int _exponent;

    private ExtendedFloat(BigInteger mantissa, int exponent, bool finite = true)
    {
        _mantissa = mantissa;
        _exponent = exponent;
        IsFinite = finite;
    }

    /// <summary>Whether this is no infinity.</summary>
    public bool IsFinite { get; }

    /// <summary>An integer, exactly.</summary>
    public static ExtendedFloat From(long value) => new(value, 0);

    /// <summary>
    /// Parses what strtold of C parses, as far as Redis takes it: decimal and hexadecimal forms with exponents, inf and infinity, no white space, no NaN,
    /// nothing too big or too small for the format.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExtendedFloat value)
    {
        value = default;
        if (text.IsEmpty || text.Length >= TextBytesMax)
            return false;
        bool negative = text[0] == '-';
        ReadOnlySpan<byte> body = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (Ascii.EqualsIgnoreCase(body, "inf") || Ascii.EqualsIgnoreCase(body, "infinity"))
        {
            value = new ExtendedFloat(negative ? -1 : 1, 0, finite: false);
            return true;
        }

        if (!FloatText.TryRead(body, out FloatText parts))
            return false;
        if (parts.Digits.IsZero)
        {
            value = From(0);
            return true;
        }

        if (Math.Abs(parts.Exponent) > FloatText.ExponentMax)
            return false;
        value = parts.IsHex ? Round(parts.Digits, BigInteger.One, parts.Exponent) : FromDecimal(parts.Digits, parts.Exponent);
        if (!value.IsFinite || value._mantissa.IsZero)
            return false;
        if (negative)
            value = new ExtendedFloat(-value._mantissa, value._exponent);
        return true;
    }

    /// <summary>The sum, rounded. Infinity if there is one among the terms or the sum is too big.</summary>
    public ExtendedFloat Plus(ExtendedFloat other)
    {
        if (!IsFinite || !other.IsFinite)
            return IsFinite ? other : this;
        int scale = Math.Min(_exponent, other._exponent);
        BigInteger sum = (_mantissa << (_exponent - scale)) + (other._mantissa << (other._exponent - scale));
        ExtendedFloat magnitude = Round(BigInteger.Abs(sum), BigInteger.One, scale);
        return sum.Sign < 0 ? new ExtendedFloat(-magnitude._mantissa, magnitude._exponent, magnitude.IsFinite) : magnitude;
    }

    /// <summary>
    /// Writes a finite value as Redis does for people: 17 decimals at most, without trailing zeros, never an exponent; the bytes written. The destination
    /// has <see cref="TextBytesMax"/> bytes.
    /// </summary>
    public int Format(Span<byte> destination)
    {
        BigInteger scaled = BigInteger.Abs(_mantissa) * DecimalScale;
        scaled = _exponent >= 0 ? scaled << _exponent : ShiftToEven(scaled, -_exponent, sticky: false);
        if (scaled.IsZero)
        {
            destination[0] = (byte)'0';
            return 1;
        }

        BigInteger whole = BigInteger.DivRem(scaled, DecimalScale, out BigInteger fraction);
        int length = 0;
        if (_mantissa.Sign < 0)
            destination[length++] = (byte)'-';
        length += Encoding.ASCII.GetBytes(whole.ToString(CultureInfo.InvariantCulture), destination[length..]);
        if (fraction.IsZero)
            return length;
        destination[length++] = (byte)'.';
        ((ulong)fraction).TryFormat(destination[length..], out int written, "D17", CultureInfo.InvariantCulture);
        length += written;
        return destination[..length].TrimEnd((byte)'0').Length;
    }

    private static ExtendedFloat FromDecimal(BigInteger digits, int exponent)
        => exponent >= 0
            ? Round(digits * BigInteger.Pow(10, exponent), BigInteger.One, 0)
            : Round(digits, BigInteger.Pow(10, -exponent), 0);

    // numerator / denominator * 2^scale, all not negative, to the nearest value of the format.
    private static ExtendedFloat Round(BigInteger numerator, BigInteger denominator, int scale)
    {
        if (numerator.IsZero)
            return From(0);

        // One bit more than the mantissa has, at least, so that half a unit can be seen; what is below is the sticky bit.
        int shift = MantissaBits + 2 - (int)(numerator.GetBitLength() - denominator.GetBitLength());
        BigInteger quotient = shift >= 0
            ? BigInteger.DivRem(numerator << shift, denominator, out BigInteger rest)
            : BigInteger.DivRem(numerator, denominator << -shift, out rest);
        int exponent = scale - shift;
        int drop = Math.Max((int)quotient.GetBitLength() - MantissaBits, ExponentMin - exponent);
        BigInteger mantissa = ShiftToEven(quotient, drop, sticky: !rest.IsZero);
        exponent += drop;
        if (mantissa.GetBitLength() > MantissaBits)
        {
            mantissa >>= 1;
            exponent++;
        }

        return new ExtendedFloat(mantissa, exponent, finite: exponent <= ExponentMax);
    }

    // Divides by 2^shift, to the nearest, ties to even; sticky says that the exact value is a little above.
    private static BigInteger ShiftToEven(BigInteger value, int shift, bool sticky)
    {
        if (shift <= 0)
            return value << -shift;
        BigInteger result = value >> shift;
        BigInteger rest = value - (result << shift);
        int above = rest.CompareTo(BigInteger.One << (shift - 1));
        bool up = above > 0 || (above == 0 && (sticky || !result.IsEven));
        return up ? result + 1 : result;
    }
}
