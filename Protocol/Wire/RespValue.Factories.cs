using System.Globalization;
using System.Text;

namespace DragonflyFlow.Protocol.Wire;

// Replies made by hand: what tests expect.
public sealed partial class RespValue
{
    /// <summary>RESP3's no value.</summary>
    public static RespValue Null { get; } = new(RespKind.Null);

    /// <summary>RESP2's no string.</summary>
    public static RespValue NullBulk { get; } = new(RespKind.NullBulk);

    /// <summary>RESP2's no array.</summary>
    public static RespValue NullArray { get; } = new(RespKind.NullArray);

    /// <summary>+OK</summary>
    public static RespValue Ok { get; } = OfSimple("OK");

    /// <summary>A simple string.</summary>
    public static RespValue OfSimple(string text) => new(RespKind.SimpleString, Encoding.UTF8.GetBytes(text));

    /// <summary>An error, with its code word.</summary>
    public static RespValue OfError(string text) => new(RespKind.Error, Encoding.UTF8.GetBytes(text));

    /// <summary>A bulk string from text, in UTF-8.</summary>
    public static RespValue OfBulk(string text) => new(RespKind.BulkString, Encoding.UTF8.GetBytes(text));

    /// <summary>A bulk string.</summary>
    public static RespValue OfBulk(ReadOnlySpan<byte> bytes) => new(RespKind.BulkString, bytes.ToArray());

    /// <summary>A verbatim string.</summary>
    public static RespValue OfVerbatim(string format, string text) => new(RespKind.Verbatim, Encoding.UTF8.GetBytes($"{format}:{text}"));

    /// <summary>A big number.</summary>
    public static RespValue OfBigNumber(string digits) => new(RespKind.BigNumber, Encoding.ASCII.GetBytes(digits));

    /// <summary>An integer.</summary>
    public static RespValue Of(long value) => new(RespKind.Integer, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A double.</summary>
    public static RespValue Of(double value)
    {
        Span<byte> text = stackalloc byte[DoubleText.BytesMax];
        return new RespValue(RespKind.Double, text[..DoubleText.Format(value, text)].ToArray());
    }

    /// <summary>A boolean.</summary>
    public static RespValue Of(bool value) => new(RespKind.Boolean, value ? "t"u8.ToArray() : "f"u8.ToArray());

    /// <summary>An array.</summary>
    public static RespValue OfArray(params IEnumerable<RespValue> items) => new(RespKind.Array, items: [.. items]);

    /// <summary>An array of bulk strings.</summary>
    public static RespValue OfBulks(params IEnumerable<string> texts) => OfArray(texts.Select(OfBulk));

    /// <summary>A set.</summary>
    public static RespValue OfSet(params IEnumerable<RespValue> items) => new(RespKind.Set, items: [.. items]);

    /// <summary>A push.</summary>
    public static RespValue OfPush(params IEnumerable<RespValue> items) => new(RespKind.Push, items: [.. items]);

    /// <summary>A map.</summary>
    public static RespValue OfMap(params IEnumerable<(RespValue Key, RespValue Value)> pairs) =>
        new(RespKind.Map, items: [.. pairs.SelectMany(pair => new[] { pair.Key, pair.Value })]);
}
