using System.Buffers.Text;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Numbers as Redis reads them: no white space, no plus sign, no leading zeros for integers.</summary>
public static class Numbers
{
    private const int FloatBytesMax = 5120;

    /// <summary>A signed 64-bit integer in its one canonical form (string2ll of Redis).</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value) => IntegerText.TryParse(text, out value);

    /// <summary>A double as Redis reads it with strtold: C's forms with nothing before or behind, no NaN. What a double cannot hold is infinity or zero.</summary>
    public static bool TryFloat(ReadOnlySpan<byte> text, out double value) => TryFloat(text, out value, out _);

    /// <summary>As above; says too whether a double could not hold the number.</summary>
    internal static bool TryFloat(ReadOnlySpan<byte> text, out double value, out bool isOutOfRange)
    {
        isOutOfRange = false;
        if (ShortDecimal.TryRead(text, out value))
            return true;
        if (text.IsEmpty || CFloat.IsSpace(text[0]) || text.Length >= FloatBytesMax)
            return false;
        if (IsShortDecimal(text) && Utf8Parser.TryParse(text, out value, out int read) && read == text.Length)
            return true;
        value = CFloat.Read(text, out int used, out isOutOfRange);
        return used == text.Length && !double.IsNaN(value);
    }

    // More digits than a ShortDecimal has: what the runtime's parser reads as C does.
    private static bool IsShortDecimal(ReadOnlySpan<byte> text)
    {
        const int DigitsMax = 40;
        return text.Length <= DigitsMax && !text.ContainsAnyExceptInRange((byte)'-', (byte)'9') && char.IsAsciiDigit((char)text[^1]);
    }
}
