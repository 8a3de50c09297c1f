namespace DragonflyFlow.Storage.Formats;

/// <summary>Forms of a string in RDB that is not there as it is.</summary>
internal enum RdbStringEncoding : byte
{
    /// <summary>The decimal form of an integer of 1 byte.</summary>
    Int8 = 0,

    /// <summary>The decimal form of an integer of 2 bytes, little endian.</summary>
    Int16 = 1,

    /// <summary>The decimal form of an integer of 4 bytes, little endian.</summary>
    Int32 = 2,

    /// <summary>Compressed length, length, compressed bytes.</summary>
    Lzf = 3,
}
