namespace DragonflyFlow.Storage.Table;

/// <summary>The type of a value, as TYPE names it.</summary>
public enum ValueKind : byte
{
    /// <summary>A string.</summary>
    String = 0,

    /// <summary>A list.</summary>
    List = 1,

    /// <summary>A set.</summary>
    Set = 2,

    /// <summary>A sorted set.</summary>
    SortedSet = 3,

    /// <summary>A hash.</summary>
    Hash = 4,

    /// <summary>A stream.</summary>
    Stream = 5,
}

/// <summary>How a value is laid out in its record.</summary>
public enum ValueEncoding : byte
{
    /// <summary>The bytes themselves.</summary>
    Raw = 0,

    /// <summary>A signed 64-bit integer, 8 bytes little endian, of which the string is the decimal form.</summary>
    Integer = 1,

    /// <summary>A small container as one packed block of entries.</summary>
    Packed = 2,

    /// <summary>A small set of integers as one sorted block.</summary>
    IntegerSet = 3,

    /// <summary>A big container: the record's value is the 4-byte index of an object in the database's object table.</summary>
    Object = 4,

    /// <summary>A string of ASCII characters in 7 bits each (<see cref="Values.AsciiText"/>).</summary>
    Ascii = 5,
}
