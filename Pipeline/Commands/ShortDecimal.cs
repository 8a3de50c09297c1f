namespace DragonflyFlow.Pipeline.Commands;

/// <summary>
/// Decimals of up to 15 digits without an exponent, which nearly all scores are. Their digits and their power of ten are doubles without an error, so one division
/// rounds them once, as C does (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990).
/// </summary>
internal static class ShortDecimal
{
    private const int DigitsMax = 15;

    private static ReadOnlySpan<double> Powers => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads digits with an optional sign "-" and an optional point among them; false for all other texts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        if (isNegative)
            text = text[1..];
        if (text.Length > DigitsMax + 1)
            return false;
        long digits = 0;
        int point = -1;
        for (int i = 0; i < text.Length; i++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit <= 9)
                digits = (digits * 10) + digit;
            else if (text[i] == '.' && point < 0)
                point = i;
            else
                return false;
        }

        int count = point < 0 ? text.Length : text.Length - 1;
        if (count is 0 or > DigitsMax)
            return false;
        double magnitude = point < 0 ? digits : digits / Powers[count - point];
        value = isNegative ? -magnitude : magnitude;
        return true;
    }
}
