namespace DragonflyFlow.Protocol.Wire;

/// <summary>Replies in RESP2 or RESP3, written one after the other into one growing buffer. Owned by one thread at a time.</summary>
public sealed class ReplyBuffer
{
    /// <summary>Whether aggregates and scalars are written in RESP3's own forms; set before each command.</summary>
    public bool Resp3 { get; set; }

    /// <summary>Bytes written and not cleared.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => throw new NotImplementedException();

    /// <summary>What was written, for senders that keep it.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => throw new NotImplementedException();

    /// <summary>Forgets what was written; a buffer that grew beyond <paramref name="keepBytesMax"/> is given back.</summary>
    public void Clear(int keepBytesMax = 65536) => throw new NotImplementedException();

    /// <summary>Cuts what was written after <paramref name="length"/> (an error that replaces a half-written reply).</summary>
    public void Truncate(int length) => throw new NotImplementedException();

    /// <summary>+OK</summary>
    public void Ok() => throw new NotImplementedException();

    /// <summary>A simple string; no CR or LF inside.</summary>
    public void Simple(string text) => throw new NotImplementedException();

    /// <summary>An error: <paramref name="text"/> with its code word ("ERR syntax error"), without the leading minus.</summary>
    public void Error(string text) => throw new NotImplementedException();

    /// <summary>An integer.</summary>
    public void Integer(long value) => throw new NotImplementedException();

    /// <summary>A bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>A bulk string from text, in UTF-8.</summary>
    public void Bulk(string value) => throw new NotImplementedException();

    /// <summary>A bulk string: the decimal form of an integer.</summary>
    public void BulkInteger(long value) => throw new NotImplementedException();

    /// <summary>No value: $-1 in RESP2, _ in RESP3.</summary>
    public void Null() => throw new NotImplementedException();

    /// <summary>No array: *-1 in RESP2, _ in RESP3.</summary>
    public void NullArray() => throw new NotImplementedException();

    /// <summary>Starts an array.</summary>
    public void Array(int count) => throw new NotImplementedException();

    /// <summary>Starts a map of <paramref name="pairs"/> pairs: %n in RESP3, an array of 2n in RESP2.</summary>
    public void Map(int pairs) => throw new NotImplementedException();

    /// <summary>Starts a set: ~n in RESP3, an array in RESP2.</summary>
    public void Set(int count) => throw new NotImplementedException();

    /// <summary>Starts a push: >n in RESP3, an array in RESP2.</summary>
    public void Push(int count) => throw new NotImplementedException();

    /// <summary>A double: ,v in RESP3, a bulk string in RESP2; text as Redis 7.2 writes it (shortest of 17 digits).</summary>
    public void Double(double value) => throw new NotImplementedException();

    /// <summary>A boolean: #t or #f in RESP3, :1 or :0 in RESP2.</summary>
    public void Boolean(bool value) => throw new NotImplementedException();

    /// <summary>A big number: (n in RESP3, a bulk string in RESP2.</summary>
    public void BigNumber(string digits) => throw new NotImplementedException();

    /// <summary>A verbatim string of a three-letter format: =n in RESP3, a bulk string in RESP2.</summary>
    public void Verbatim(string format, ReadOnlySpan<byte> text) => throw new NotImplementedException();

    /// <summary>Bytes that are a reply already.</summary>
    public void Raw(ReadOnlySpan<byte> reply) => throw new NotImplementedException();

    /// <summary>Reserves an aggregate header whose count is not known yet; returns a mark for <see cref="EndDeferred"/>. May nest.</summary>
    public int BeginDeferred() => throw new NotImplementedException();

    /// <summary>Fills a deferred header: <paramref name="type"/> is '*', '~' or '%' ('%' counts pairs; RESP2 forms are chosen here).</summary>
    public void EndDeferred(int mark, char type, int count) => throw new NotImplementedException();
}
