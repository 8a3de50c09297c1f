namespace DragonflyFlow.Storage.Formats;

/// <summary>What an item of an RDB file is.</summary>
public enum RdbItemKind
{
    /// <summary>The beginning; <see cref="RdbFileItem.First"/> is the version.</summary>
    Header,

    /// <summary>A name and a text about the file.</summary>
    Aux,

    /// <summary>The records that follow are in database <see cref="RdbFileItem.First"/>; they say it themselves.</summary>
    SelectDatabase,

    /// <summary>The database has <see cref="RdbFileItem.First"/> keys, <see cref="RdbFileItem.Second"/> of which expire; advice only.</summary>
    Resize,

    /// <summary>The slot <see cref="RdbFileItem.First"/> has <see cref="RdbFileItem.Second"/> keys; advice only.</summary>
    SlotInfo,

    /// <summary>A key and its value.</summary>
    Record,

    /// <summary>The source of a library of functions, as the text.</summary>
    Function,

    /// <summary>Data of a module that belongs to no key: passed over, the module's name is the name.</summary>
    ModuleAux,

    /// <summary>The end, and the checksum was right or there was none.</summary>
    End,
}

/// <summary>One item of an RDB file. Good until the reader is asked for more, and as long as the input that it was read from.</summary>
public readonly ref struct RdbFileItem
{
    internal RdbFileItem(RdbItemKind kind) => Kind = kind;

    internal RdbFileItem(SnapshotRecord record)
    {
        Kind = RdbItemKind.Record;
        Record = record;
    }

    /// <summary>What it is.</summary>
    public RdbItemKind Kind { get; }

    /// <summary>The first number of the kinds that have one.</summary>
    public long First { get; internal init; }

    /// <summary>The second number of the kinds that have one.</summary>
    public long Second { get; internal init; }

    /// <summary>The name of an <see cref="RdbItemKind.Aux"/> or a <see cref="RdbItemKind.ModuleAux"/>.</summary>
    public ReadOnlySpan<byte> Name { get; internal init; }

    /// <summary>The text of an <see cref="RdbItemKind.Aux"/> or a <see cref="RdbItemKind.Function"/>.</summary>
    public ReadOnlySpan<byte> Text { get; internal init; }

    /// <summary>The record, if it is one.</summary>
    public SnapshotRecord Record { get; }
}
