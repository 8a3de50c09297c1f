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
}
