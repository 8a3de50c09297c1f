using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Reads values in all forms that Redis has written since 2.0, modules excepted. What is damaged (too short, a member twice, a score that is no
/// number, an empty container) is refused; memory is taken for elements that are there, never for a count that says so.
/// </summary>
public static class ValueDecoder
{
    private const ulong PlainNode = 1;
    private const ulong PackedNode = 2;

    /// <summary>Reads the value behind its type byte; false if it is damaged or of a type that is not known. The value is for the given shard.</summary>
    public static bool TryDecode(RdbType type, scoped ref RdbReader reader, Keyspace.Keyspace keyspace, out DecodedValue value)
    {
        value = default;
        if (type == RdbType.String)
        {
            bool isRead = reader.TryReadString(out ReadOnlySpan<byte> text);
            value = new DecodedValue(text);
            return isRead;
        }

        if (BuilderOf(type, keyspace) is not { } builder)
            return false;
        bool isGood = builder switch
        {
            ListBuilder list => TryReadList(type, ref reader, list),
            SetBuilder set => TryReadSet(type, ref reader, set),
            HashBuilder hash => TryReadHash(type, ref reader, hash),
            SortedSetBuilder set => TryReadSortedSet(type, ref reader, set),
            StreamBuilder stream => new StreamDecoder(type, stream.Stream).TryRead(ref reader),
            _ => false,
        };
        if (isGood && (builder.Count > 0 || builder is StreamBuilder))
        {
            value = new DecodedValue(builder);
            return true;
        }

        builder.Dispose();
        return false;
    }

    private static IValueBuilder? BuilderOf(RdbType type, Keyspace.Keyspace keyspace) => type switch
    {
        RdbType.List or RdbType.ListZiplist or RdbType.ListQuicklist or RdbType.ListQuicklist2 => new ListBuilder(keyspace),
        RdbType.Set or RdbType.SetIntset or RdbType.SetListpack => new SetBuilder(keyspace),
        RdbType.Hash or RdbType.HashZipmap or RdbType.HashZiplist or RdbType.HashListpack or RdbType.HashExpiring => new HashBuilder(keyspace),
        RdbType.SortedSetText or RdbType.SortedSet or RdbType.SortedSetZiplist or RdbType.SortedSetListpack => new SortedSetBuilder(keyspace),
        RdbType.Stream or RdbType.Stream2 or RdbType.Stream3 => new StreamBuilder(keyspace),
        _ => null,
    };

    private static bool TryReadList(RdbType type, scoped ref RdbReader reader, ListBuilder list) => type switch
    {
        RdbType.List => TryReadElements(ref reader, list),
        RdbType.ListZiplist => reader.TryReadString(out ReadOnlySpan<byte> pack) && TryAddAll(new ZiplistReader(pack), list),
        _ => TryReadNodes(type, ref reader, list),
    };

    private static bool TryReadNodes(RdbType type, scoped ref RdbReader reader, ListBuilder list)
    {
        if (!reader.TryReadLength(out ulong nodes))
            return false;
        for (; nodes > 0; nodes--)
        {
            ulong container = PackedNode;
            if (type == RdbType.ListQuicklist2 && !reader.TryReadLength(out container))
                return false;
            if (!reader.TryReadString(out ReadOnlySpan<byte> node))
                return false;
            bool isGood = container switch
            {
                PlainNode => list.TryAdd(node),
                PackedNode => type == RdbType.ListQuicklist2 ? TryAddAll(new ListpackReader(node), list) : TryAddAll(new ZiplistReader(node), list),
                _ => false,
            };
            if (!isGood)
                return false;
        }

        return true;
    }

    private static bool TryReadSet(RdbType type, scoped ref RdbReader reader, SetBuilder set)
    {
        if (type == RdbType.Set)
            return TryReadElements(ref reader, set);
        return reader.TryReadString(out ReadOnlySpan<byte> pack)
            && (type == RdbType.SetIntset ? TryAddAll(new IntsetReader(pack), set) : TryAddAll(new ListpackReader(pack), set));
    }

    private static bool TryReadHash(RdbType type, scoped ref RdbReader reader, HashBuilder hash)
    {
        if (type is RdbType.Hash or RdbType.HashExpiring)
            return TryReadFields(ref reader, hash, hasExpiries: type == RdbType.HashExpiring);
        if (!reader.TryReadString(out ReadOnlySpan<byte> pack))
            return false;
        return type switch
        {
            RdbType.HashListpack => TryAddPairs(new ListpackReader(pack), hash),
            RdbType.HashZiplist => TryAddPairs(new ZiplistReader(pack), hash),
            _ => TryAddPairs(new ZipmapReader(pack), hash),
        };
    }

    private static bool TryReadFields(scoped ref RdbReader reader, HashBuilder hash, bool hasExpiries)
    {
        if (!reader.TryReadLength(out ulong count))
            return false;
        for (; count > 0; count--)
        {
            long expireAtMs = 0;
            if (!reader.TryReadString(out ReadOnlySpan<byte> field) || !reader.TryReadString(out ReadOnlySpan<byte> value))
                return false;
            if (hasExpiries && (!reader.TryReadInt64(out expireAtMs) || expireAtMs is < 0 or > HashExpiry.AtMsMax))
                return false;
            if (!hash.TryAdd(field, value, expireAtMs))
                return false;
        }

        return true;
    }

    private static bool TryReadSortedSet(RdbType type, scoped ref RdbReader reader, SortedSetBuilder set)
    {
        if (type is RdbType.SortedSet or RdbType.SortedSetText)
            return TryReadScores(ref reader, set, isText: type == RdbType.SortedSetText);
        return reader.TryReadString(out ReadOnlySpan<byte> pack)
            && (type == RdbType.SortedSetZiplist ? TryAddPairs(new ZiplistReader(pack), set) : TryAddPairs(new ListpackReader(pack), set));
    }

    private static bool TryReadScores(scoped ref RdbReader reader, SortedSetBuilder set, bool isText)
    {
        if (!reader.TryReadLength(out ulong count))
            return false;
        for (; count > 0; count--)
        {
            double score = 0;
            if (!reader.TryReadString(out ReadOnlySpan<byte> member)
                || !(isText ? reader.TryReadDoubleText(out score) : reader.TryReadDouble(out score))
                || !set.TryAdd(member, score))
                return false;
        }

        return true;
    }

    private static bool TryReadElements(scoped ref RdbReader reader, IElementBuilder into)
    {
        if (!reader.TryReadLength(out ulong count))
            return false;
        for (; count > 0; count--)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> element) || !into.TryAdd(element))
                return false;
        }

        return true;
    }

    private static bool TryAddAll<TReader>(TReader elements, IElementBuilder into)
        where TReader : IElementReader, allows ref struct
    {
        while (elements.MoveNext())
        {
            if (!into.TryAdd(elements.Current))
                return false;
        }

        return !elements.IsDamaged;
    }

    private static bool TryAddPairs<TReader>(TReader elements, IPairBuilder into)
        where TReader : IElementReader, allows ref struct
    {
        while (elements.MoveNext())
        {
            ReadOnlySpan<byte> first = elements.Current;
            if (!elements.MoveNext() || !into.TryAdd(first, elements.Current))
                return false;
        }

        return !elements.IsDamaged;
    }
}
