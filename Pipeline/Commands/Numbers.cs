using System.Buffers.Text;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Numbers as Redis reads them: no white space, no plus sign, no leading zeros for integers.</summary>
public static class Numbers
{
    /// <summary>A signed 64-bit integer in its one canonical form (string2ll of Redis).</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value) => IntegerText.TryParse(text, out value);

    /// <summary>A double as strtold reads it: decimal or exponent form, inf and infinity with a sign; no NaN, nothing behind it.</summary>
    public static bool TryFloat(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 256)
            return false;
        ReadOnlySpan<byte> body = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (Words.Equal(body, "INF") || Words.Equal(body, "INFINITY"))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (body.IsEmpty || !(char.IsAsciiDigit((char)body[0]) || body[0] == '.'))
            return false;
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && !double.IsNaN(value);
    }
}
