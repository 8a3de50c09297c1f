using System.Globalization;
using System.Text;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>One whole reply as an immutable tree. For clients and tests; a server's data path has no use for it. Prints itself as redis-cli does.</summary>
public sealed partial class RespValue : IEquatable<RespValue>
{
    private readonly byte[] _payload;
    private readonly RespValue[] _items;

    private RespValue(RespKind kind, byte[]? payload = null, RespValue[]? items = null)
    {
        Kind = kind;
        _payload = payload ?? [];
        _items = items ?? [];
    }

    /// <summary>What it is.</summary>
    public RespKind Kind { get; }

    /// <summary>Whether it is one of the three forms of no value.</summary>
    public bool IsNull => Kind is RespKind.Null or RespKind.NullBulk or RespKind.NullArray;

    /// <summary>Whether it is an error.</summary>
    public bool IsError => Kind is RespKind.Error or RespKind.BulkError;

    /// <summary>The elements of an aggregate; of a map keys and values in turn. Empty for all else.</summary>
    public IReadOnlyList<RespValue> Items => _items;

    /// <summary>A scalar's bytes; of a verbatim string without its format. Empty for all else.</summary>
    public ReadOnlyMemory<byte> Bytes => Kind == RespKind.Verbatim ? _payload.AsMemory(4) : _payload;

    /// <summary><see cref="Bytes"/> as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The three letters of a verbatim string's format, else nothing.</summary>
    public string Format => Kind == RespKind.Verbatim ? Encoding.ASCII.GetString(_payload, 0, 3) : string.Empty;

    /// <summary>The value of an integer, or of a string that is one.</summary>
    /// <exception cref="FormatException">It is no integer.</exception>
    public long Integer => RespReader.TryParseInteger(Bytes.Span, out long value) ? value : throw new FormatException($"not an integer: {this}");

    /// <summary>The value of a double, or of a string or integer that is one.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public double Double => RespReader.TryParseDouble(Bytes.Span, out double value) ? value : throw new FormatException($"not a number: {this}");

    /// <summary>The value of a boolean; of RESP2's 1 and 0 too.</summary>
    public bool Boolean => Kind == RespKind.Boolean ? _payload[0] == (byte)'t' : Integer != 0;

    /// <summary>An element of an aggregate.</summary>
    public RespValue this[int index] => _items[index];

    /// <summary>The value behind a key of a map, or of an array of keys and values as RESP2 writes maps.</summary>
    /// <exception cref="KeyNotFoundException">The key is not there.</exception>
    public RespValue this[string key]
    {
        get
        {
            for (int i = 0; i + 1 < _items.Length; i += 2)
            {
                if (_items[i].Text == key)
                    return _items[i + 1];
            }

            throw new KeyNotFoundException($"no '{key}' in {this}");
        }
    }

    /// <summary>Reads the reply at the start of <paramref name="bytes"/>: false when it is not whole. Attributes are skipped.</summary>
    /// <exception cref="RespProtocolException">The bytes are no RESP, or the reply exceeds the limits.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RespValue? value, out int consumed, RespLimits? limits = null)
    {
        limits ??= RespLimits.Default;
        RespReader reader = new(bytes, limits);
        bool whole = TryRead(ref reader, limits, 0, out value);
        consumed = whole ? reader.Position : 0;
        return whole;
    }

    /// <summary>Reads bytes that are exactly one reply.</summary>
    /// <exception cref="RespProtocolException">They are not.</exception>
    public static RespValue Parse(ReadOnlySpan<byte> bytes) =>
        TryRead(bytes, out RespValue? value, out int consumed) && consumed == bytes.Length
            ? value!
            : throw new RespProtocolException("RESP: not exactly one whole reply");

    /// <inheritdoc />
    public bool Equals(RespValue? other)
    {
        if (other is null || other.Kind != Kind)
            return false;
        if (Kind == RespKind.Double)
            return Double.Equals(other.Double);
        return _payload.AsSpan().SequenceEqual(other._payload) && _items.AsSpan().SequenceEqual(other._items);
    }

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RespValue);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        int hash = (int)Kind;
        if (Kind == RespKind.Double)
            return (hash * 31) + Double.GetHashCode();
        foreach (byte next in _payload)
            hash = (hash * 31) + next;
        foreach (RespValue item in _items)
            hash = (hash * 31) + item.GetHashCode();
        return hash;
    }

    /// <summary>The reply as redis-cli prints it.</summary>
    public override string ToString() => RespText.Of(this);

    private static bool TryRead(ref RespReader reader, RespLimits limits, int depth, out RespValue? value)
    {
        value = null;
        if (!reader.TryRead())
            return false;
        if (reader.Kind < RespKind.Array)
        {
            value = new RespValue(reader.Kind, reader.Payload.ToArray());
            return true;
        }

        if (depth == limits.DepthMax)
            throw new RespProtocolException(string.Create(CultureInfo.InvariantCulture, $"RESP: more than {limits.DepthMax} aggregates inside each other"));

        RespKind kind = reader.Kind;
        if (!TryReadItems(ref reader, limits, depth, out RespValue[] items))
            return false;
        if (kind == RespKind.Attribute)
            return TryRead(ref reader, limits, depth + 1, out value);

        value = new RespValue(kind, items: items);
        return true;
    }

    private static bool TryReadItems(ref RespReader reader, RespLimits limits, int depth, out RespValue[] items)
    {
        // The shortest element has three bytes: a count that the bytes at hand cannot hold reserves nothing.
        const int ElementBytesMin = 3;
        items = [];
        if (reader.Count * ElementBytesMin > reader.Remaining)
            return false;

        items = new RespValue[reader.Count];
        for (int i = 0; i < items.Length; i++)
        {
            if (!TryRead(ref reader, limits, depth + 1, out RespValue? item))
                return false;
            items[i] = item!;
        }

        return true;
    }
}
