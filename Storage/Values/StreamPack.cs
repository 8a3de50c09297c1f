namespace DragonflyFlow.Storage.Values;

/// <summary>
/// The listpack of a stream's node, laid out as Redis does it. First what is common: entries, removed entries, number of fields, fields, 0. Then each entry:
/// flags, what its id differs by from the node's (milliseconds, number), then values only if its fields are the common ones, else their number and
/// fields and values in turn; and how many elements came before, so that it reads backwards.
/// </summary>
internal static class StreamPack
{
    /// <summary>The entry is removed.</summary>
    public const int RemovedFlag = 1;

    /// <summary>The entry has the common fields, and only its values are written.</summary>
    public const int CommonFieldsFlag = 2;

    /// <summary>Elements of an entry beside its fields and values: flags and id.</summary>
    public const int EntryOverhead = 3;

    /// <summary>Bytes of what is not fields and values, in the common part and in one entry together, at most.</summary>
    public const int OverheadBytesMax = Listpack.HeaderBytes + (9 * Listpack.NumberBytesMax) + 1;

    /// <summary>The common part of a pack.</summary>
    public static StreamPackHead Head(ReadOnlySpan<byte> pack)
    {
        int at = Listpack.Next(pack, Listpack.Next(pack, Listpack.HeaderBytes));
        StreamPackHead head = new() { FieldCount = (int)Listpack.Read(pack, at).Number };
        at = Listpack.Next(pack, at);
        head.FieldsAt = at;
        for (int i = 0; i < head.FieldCount; i++)
            at = Listpack.Next(pack, at);
        head.EntriesAt = Listpack.Next(pack, at);
        return head;
    }

    /// <summary>The entry at a position.</summary>
    public static StreamPackEntry Entry(ReadOnlySpan<byte> pack, in StreamPackHead head, StreamId node, int at)
    {
        StreamPackEntry entry = new() { At = at, Flags = (int)Listpack.Read(pack, at).Number };
        at = Listpack.Next(pack, at);
        long ms = Listpack.Read(pack, at).Number;
        at = Listpack.Next(pack, at);
        entry.Id = node.Plus(ms, Listpack.Read(pack, at).Number);
        at = Listpack.Next(pack, at);
        entry.FieldCount = head.FieldCount;
        if (!entry.HasCommonFields)
        {
            entry.FieldCount = (int)Listpack.Read(pack, at).Number;
            at = Listpack.Next(pack, at);
        }

        entry.FieldsAt = at;
        return entry;
    }

    /// <summary>The position behind an entry.</summary>
    public static int Behind(ReadOnlySpan<byte> pack, in StreamPackEntry entry)
    {
        int at = entry.FieldsAt;
        for (int i = entry.HasCommonFields ? entry.FieldCount : 2 * entry.FieldCount; i >= 0; i--)
            at = Listpack.Next(pack, at);
        return at;
    }

    /// <summary>The position of the entry before a position.</summary>
    public static int Before(ReadOnlySpan<byte> pack, int at)
    {
        at = Listpack.Previous(pack, at);
        for (long i = Listpack.Read(pack, at).Number; i > 0; i--)
            at = Listpack.Previous(pack, at);
        return at;
    }

    /// <summary>Whether an entry's fields are the common ones.</summary>
    public static bool HasFields<TFields>(ReadOnlySpan<byte> pack, in StreamPackHead head, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        if (fields.Count != head.FieldCount)
            return false;
        Span<byte> scratch = stackalloc byte[IntegerText.BytesMax];
        int at = head.FieldsAt;
        for (int i = 0; i < fields.Count; i++)
        {
            if (!Listpack.Read(pack, at).Text(scratch).SequenceEqual(fields.Field(i)))
                return false;
            at = Listpack.Next(pack, at);
        }

        return true;
    }

    /// <summary>Writes the common part of a new node, of no entries; its length without the end mark.</summary>
    public static int WriteHead<TFields>(Span<byte> pack, scoped in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int at = Listpack.Write(pack, Listpack.HeaderBytes, 0);
        at = Listpack.Write(pack, at, 0);
        at = Listpack.Write(pack, at, fields.Count);
        for (int i = 0; i < fields.Count; i++)
            at = Listpack.Write(pack, at, fields.Field(i));
        return Listpack.Write(pack, at, 0);
    }

    /// <summary>Writes an entry; the position behind it. <paramref name="elements"/> is how many elements it has.</summary>
    public static int WriteEntry<TFields>(Span<byte> pack, int at, StreamId node, StreamId id, bool hasCommonFields, scoped in TFields fields, out int elements)
        where TFields : IStreamFields, allows ref struct
    {
        at = Listpack.Write(pack, at, hasCommonFields ? CommonFieldsFlag : 0);
        at = Listpack.Write(pack, at, unchecked((long)(id.Ms - node.Ms)));
        at = Listpack.Write(pack, at, unchecked((long)(id.Seq - node.Seq)));
        if (!hasCommonFields)
            at = Listpack.Write(pack, at, fields.Count);
        for (int i = 0; i < fields.Count; i++)
        {
            if (!hasCommonFields)
                at = Listpack.Write(pack, at, fields.Field(i));
            at = Listpack.Write(pack, at, fields.Value(i));
        }

        elements = EntryOverhead + (hasCommonFields ? fields.Count : (2 * fields.Count) + 1);
        at = Listpack.Write(pack, at, elements++);
        return at;
    }
}

/// <summary>Where things are in the common part of a node.</summary>
internal struct StreamPackHead
{
    /// <summary>Common fields.</summary>
    public int FieldCount;

    /// <summary>Where the first of them is.</summary>
    public int FieldsAt;

    /// <summary>Where the first entry is.</summary>
    public int EntriesAt;
}

/// <summary>An entry of a node.</summary>
internal struct StreamPackEntry
{
    /// <summary>Where it begins.</summary>
    public int At;

    /// <summary>Its flags.</summary>
    public int Flags;

    /// <summary>Its id.</summary>
    public StreamId Id;

    /// <summary>Pairs of fields and values.</summary>
    public int FieldCount;

    /// <summary>Where its values, or fields and values, begin.</summary>
    public int FieldsAt;

    /// <summary>Whether it is removed.</summary>
    public readonly bool IsRemoved => (Flags & StreamPack.RemovedFlag) != 0;

    /// <summary>Whether its fields are the node's.</summary>
    public readonly bool HasCommonFields => (Flags & StreamPack.CommonFieldsFlag) != 0;
}
