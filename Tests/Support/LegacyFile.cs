using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Tests.Support;

/// <summary>RDB files of whatever version and items, made by hand.</summary>
internal static class LegacyFile
{
    /// <summary>Magic, version, items, end mark, checksum.</summary>
    internal static byte[] Write(int version, params byte[][] items)
    {
        byte[] magic = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"REDIS{version:D4}"));
        return Reseal([.. magic, .. items.SelectMany(item => item), 0xFF, .. new byte[8]]);
    }

    /// <summary>Writes the checksum anew over what a test has changed.</summary>
    internal static byte[] Reseal(byte[] file)
    {
        int covered = file.Length - sizeof(ulong);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(covered), Crc64.Append(0, file.AsSpan(0, covered)));
        return file;
    }

    /// <summary>The id of a module, as a length of 8 bytes.</summary>
    internal static byte[] ModuleId(string name, int version)
    {
        const string characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        ulong id = 0;
        foreach (char letter in name)
            id = (id << 6) | (uint)characters.IndexOf(letter, StringComparison.Ordinal);
        byte[] length = new byte[9];
        length[0] = 0x81;
        BinaryPrimitives.WriteUInt64BigEndian(length.AsSpan(1), (id << 10) | (uint)version);
        return length;
    }
}
