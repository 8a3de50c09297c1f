using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>Names, patterns and rules as text in which every character is one byte (Latin-1): what a client gives comes back byte for byte.</summary>
internal static class AclText
{
    private static readonly SearchValues<char> Spaces = SearchValues.Create(" \t\n\v\f\r\0");

    /// <summary>Bytes as text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Text as bytes.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The form in which passwords are kept: SHA-256, 64 hexadecimal digits in lower case.</summary>
    public static string Hash(ReadOnlySpan<byte> password) => Convert.ToHexStringLower(SHA256.HashData(password));

    /// <summary>Whether a name or pattern could not stand in a line of rules.</summary>
    public static bool HasSpaces(string text) => text.AsSpan().ContainsAny(Spaces);

    /// <summary>Writes an error reply.</summary>
    public static void Error(ReplyBuffer reply, string text) => reply.Error(Bytes(text).AsSpan());

    /// <summary>Writes a bulk string.</summary>
    public static void Bulk(ReplyBuffer reply, string text) => reply.Bulk(Bytes(text).AsSpan());
}
