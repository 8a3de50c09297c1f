using System.Buffers;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>What FUNCTION DUMP gives and FUNCTION RESTORE takes: for each library an opcode and its source, then version and checksum as behind DUMP's payload.</summary>
internal static class FunctionPayload
{
    /// <summary>Stands before the source of a library, here and in files of RDB.</summary>
    public const byte Opcode = 245;

    // The form of the candidates of Redis 7.0.
    private const byte OpcodeBeforeRelease = 246;

    /// <summary>Writes the libraries.</summary>
    public static byte[] Write(IReadOnlyList<FunctionLibrary> libraries)
    {
        ArrayBufferWriter<byte> bytes = new();
        RdbWriter writer = new(bytes);
        foreach (FunctionLibrary library in libraries)
        {
            writer.WriteByte(Opcode);
            writer.WriteBytes(library.Code.Span);
        }

        writer.WriteUInt16(DumpPayload.Version);
        writer.WriteInt64((long)Crc64.Append(0, bytes.WrittenSpan));
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads the sources of the libraries; the error, without its code word, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> payload, List<byte[]> into)
    {
        if (!DumpPayload.TryOpen(payload, out ReadOnlySpan<byte> body))
            return "DUMP payload version or checksum are wrong";
        using RdbScratch scratch = new();
        RdbReader reader = new(body, scratch);
        while (reader.TryReadByte(out byte opcode))
        {
            if (opcode == OpcodeBeforeRelease)
                return "Pre-GA function format not supported";
            if (opcode != Opcode)
                return "given type is not a function";
            if (!reader.TryReadString(out ReadOnlySpan<byte> code))
                return "Failed loading library code";
            into.Add(code.ToArray());
        }

        return null;
    }
}
