namespace DragonflyFlow.Storage.Formats;

/// <summary>The name of a module in its id: nine characters of 6 bits above 10 bits of version.</summary>
internal static class RdbModuleName
{
    /// <summary>Characters of a name.</summary>
    public const int Length = 9;

    private const int BitsOfVersion = 10;
    private const int BitsOfCharacter = 6;

    private static ReadOnlySpan<byte> Characters => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    /// <summary>Writes the name that an id has.</summary>
    public static void Write(ulong id, Span<byte> name)
    {
        id >>= BitsOfVersion;
        for (int i = Length - 1; i >= 0; i--, id >>= BitsOfCharacter)
            name[i] = Characters[(int)(id & 0x3F)];
    }
}
