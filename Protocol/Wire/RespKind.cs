namespace DragonflyFlow.Protocol.Wire;

/// <summary>The kinds of elements in RESP2 and RESP3 replies.</summary>
public enum RespKind : byte
{
    /// <summary>Nothing has been read.</summary>
    None,

    /// <summary>+text</summary>
    SimpleString,

    /// <summary>-CODE text</summary>
    Error,

    /// <summary>:n</summary>
    Integer,

    /// <summary>$n, then n bytes.</summary>
    BulkString,

    /// <summary>$-1, no value in RESP2.</summary>
    NullBulk,

    /// <summary>*-1, no array in RESP2.</summary>
    NullArray,

    /// <summary>_, no value in RESP3.</summary>
    Null,

    /// <summary>,v</summary>
    Double,

    /// <summary>#t or #f</summary>
    Boolean,

    /// <summary>(digits</summary>
    BigNumber,

    /// <summary>!n, then an error of n bytes.</summary>
    BulkError,

    /// <summary>=n, then three letters of format, a colon and a text.</summary>
    Verbatim,

    /// <summary>*n, then n elements.</summary>
    Array,

    /// <summary>%n, then n pairs of elements.</summary>
    Map,

    /// <summary>~n, then n elements.</summary>
    Set,

    /// <summary>>n, then n elements: no reply to a command.</summary>
    Push,

    /// <summary>|n, then n pairs of elements that describe the element behind them.</summary>
    Attribute,
}
