namespace DragonflyFlow.Storage.Formats;

/// <summary>How a value is laid out in RDB: the byte before it. Redis's numbers, and one of our own above them.</summary>
public enum RdbType : byte
{
    /// <summary>One string.</summary>
    String = 0,

    /// <summary>A count, and as many strings.</summary>
    List = 1,

    /// <summary>A count, and as many strings.</summary>
    Set = 2,

    /// <summary>A count, and as many strings, each with a score as text.</summary>
    SortedSetText = 3,

    /// <summary>A count, and as many pairs of strings.</summary>
    Hash = 4,

    /// <summary>A count, and as many strings, each with a score of 8 bytes.</summary>
    SortedSet = 5,

    /// <summary>A string that is a zipmap (before Redis 2.6).</summary>
    HashZipmap = 9,

    /// <summary>A string that is a ziplist.</summary>
    ListZiplist = 10,

    /// <summary>A string that is an intset.</summary>
    SetIntset = 11,

    /// <summary>A string that is a ziplist of members and scores.</summary>
    SortedSetZiplist = 12,

    /// <summary>A string that is a ziplist of fields and values.</summary>
    HashZiplist = 13,

    /// <summary>A count, and as many strings that are ziplists.</summary>
    ListQuicklist = 14,

    /// <summary>A stream: nodes that are listpacks, its length and last id, consumer groups.</summary>
    Stream = 15,

    /// <summary>A string that is a listpack of fields and values.</summary>
    HashListpack = 16,

    /// <summary>A string that is a listpack of members and scores.</summary>
    SortedSetListpack = 17,

    /// <summary>A count, and as many nodes: a 1 and one element, or a 2 and a string that is a listpack.</summary>
    ListQuicklist2 = 18,

    /// <summary>As <see cref="Stream"/>, with first id, greatest removed id, and how many entries were added and read.</summary>
    Stream2 = 19,

    /// <summary>A string that is a listpack (since RDB version 11).</summary>
    SetListpack = 20,

    /// <summary>As <see cref="Stream2"/>, with the time at which each consumer was last given something (since RDB version 11).</summary>
    Stream3 = 21,

    /// <summary>
    /// Ours: a count, and as many fields, each with its value and the moment it expires at (Unix milliseconds, 8 bytes, 0 = never). Written only for a hash
    /// one of whose fields has an expiry, which version 10 has no form for; Redis refuses it as a type it does not know.
    /// </summary>
    HashExpiring = 0xC1,
}
