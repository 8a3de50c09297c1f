using System.Buffers.Text;

namespace DragonflyFlow.Storage.Values;

/// <summary>Signed 64-bit integers in their one canonical decimal form: no sign but minus, no leading zero, nothing around (Redis string2ll).</summary>
public static class IntegerText
{
    /// <summary>Longest form: "-9223372036854775808".</summary>
    public const int BytesMax = 20;

    /// <summary>Parses; false for anything that would not print the same.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > BytesMax)
            return false;
        if (text[0] == '0')
            return text.Length == 1;
        bool negative = text[0] == '-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (digits.IsEmpty || digits[0] is < (byte)'1' or > (byte)'9')
            return false;
        ulong magnitude = 0;
        foreach (byte digit in digits)
        {
            uint step = (uint)digit - '0';
            if (step > 9 || magnitude > (ulong.MaxValue - step) / 10)
                return false;
            magnitude = (magnitude * 10) + step;
        }

        if (magnitude > (negative ? 1UL << 63 : long.MaxValue))
            return false;
        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Bytes of a number's decimal form.</summary>
    public static int LengthOf(long value)
    {
        int length = value < 0 ? 2 : 1;
        for (ulong rest = value < 0 ? 0 - (ulong)value : (ulong)value; rest >= 10; rest /= 10)
            length++;
        return length;
    }

    /// <summary>Writes a number's decimal form into <paramref name="destination"/> (at least <see cref="BytesMax"/>); the part that was written.</summary>
    public static ReadOnlySpan<byte> Write(long value, Span<byte> destination)
    {
        Utf8Formatter.TryFormat(value, destination, out int length);
        return destination[..length];
    }
}
