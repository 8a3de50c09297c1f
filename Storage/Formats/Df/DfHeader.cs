namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>What a file of a set says of itself.</summary>
/// <param name="Id">The set that it belongs to; files of two sets have two ids (fault F45: a file of an older set was loaded too).</param>
/// <param name="Shard">The shard whose records it holds; <see cref="Manifest"/> if it is the manifest.</param>
/// <param name="Shards">Files of records in the set.</param>
public readonly record struct DfHeader(long Id, int Shard, int Shards)
{
    /// <summary>The place of a shard in the header of a manifest.</summary>
    public const int Manifest = -1;

    /// <summary>The version that is written and the only one that is read.</summary>
    public const int Version = 1;

    /// <summary>What the first field of a file says.</summary>
    public const string Magic = "DragonflyFlow snapshot";

    /// <summary>Reads the header; false with the reason if it is none, or of another version.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, out DfHeader header, out string reason)
    {
        DfFields fields = new(body);
        header = default;
        reason = "the header is damaged";
        if (!fields.TryText(out string magic) || magic != Magic || !fields.TryNumber(out long version))
            return false;
        if (version != Version)
        {
            reason = $"the file is of version {version}; version {Version} can be read";
            return false;
        }

        if (!fields.TryNumber(out long id) || !fields.TryNumber(out long shard) || !fields.TryNumber(out long shards) || !fields.IsAtEnd)
            return false;
        if (shard is < Manifest or > int.MaxValue || shards is < 1 or > int.MaxValue)
            return false;
        header = new DfHeader(id, (int)shard, (int)shards);
        return true;
    }
}
