namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>Reads the records of a block one after the other; memory is what the block has.</summary>
public ref struct DfRecordReader
{
    private DfFields _fields;

    /// <summary>Reads from the first record on.</summary>
    public DfRecordReader(ReadOnlyMemory<byte> records) => _fields = new DfFields(records);

    /// <summary>Whether it stopped because of what cannot be a record.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Where among the bytes of the block it stands.</summary>
    public readonly long Offset => _fields.Consumed;

    /// <summary>Reads the next record; false at the end, or if it is damaged.</summary>
    public bool TryRead(out SnapshotRecord record)
    {
        record = default;
        if (_fields.IsAtEnd || IsDamaged)
            return false;
        IsDamaged = !_fields.TryRecord(DfRecordWriter.Fields)
            || !_fields.TryNumber(out long database) || database is < 0 or > int.MaxValue
            || !_fields.TryNumber(out long expireAtMs) || expireAtMs < 0
            || !_fields.TryNumber(out long marks) || (marks & ~(long)RecordMarks.All) != 0
            || !_fields.TryBytes(out ReadOnlyMemory<byte> key)
            || !_fields.TryBytes(out ReadOnlyMemory<byte> payload)
            || payload.IsEmpty != ((marks & (long)RecordMarks.Gone) != 0)
            || !Make((int)database, expireAtMs, (RecordMarks)marks, key.Span, payload.Span, out record);
        return !IsDamaged;
    }

    private static bool Make(int database, long expireAtMs, RecordMarks marks, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, out SnapshotRecord record)
    {
        RdbType type = payload.IsEmpty ? default : (RdbType)payload[0];
        record = new SnapshotRecord(key, type, payload.IsEmpty ? payload : payload[1..]) { Database = database, ExpireAtMs = expireAtMs, Marks = marks };
        return true;
    }
}
