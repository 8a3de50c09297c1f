namespace DragonflyFlow.Storage.Formats;

/// <summary>First bytes of lengths in RDB that have more than 14 bits.</summary>
internal static class RdbLength
{
    /// <summary>4 bytes follow, big endian.</summary>
    public const byte Wide = 0x80;

    /// <summary>8 bytes follow, big endian.</summary>
    public const byte Widest = 0x81;

    /// <summary>The two bits that say that 6 more tell the form of a string (<see cref="RdbStringEncoding"/>).</summary>
    public const byte Encoding = 0xC0;
}
