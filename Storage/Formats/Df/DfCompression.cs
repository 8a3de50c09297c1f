namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>How the records of a block are compressed.</summary>
public enum DfCompression : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>As one LZ4 block.</summary>
    Lz4 = 1,
}
