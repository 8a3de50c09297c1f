namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>A file of records as the manifest has it.</summary>
/// <param name="Name">Its name, in the manifest's directory.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Records">Records in it, pieces counted singly.</param>
/// <param name="Checksum">The checksum of all before its end frame.</param>
public sealed record DfShardFile(string Name, long Bytes, long Records, ulong Checksum)
{
    /// <summary>Reads it from the body of its frame.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, out DfShardFile? file)
    {
        DfFields fields = new(body);
        file = null;
        if (!fields.TryText(out string name) || !fields.TryNumber(out long bytes) || !fields.TryNumber(out long records) || !fields.TryChecksum(out ulong checksum) || !fields.IsAtEnd)
            return false;
        file = new DfShardFile(name, bytes, records, checksum);
        return true;
    }
}
