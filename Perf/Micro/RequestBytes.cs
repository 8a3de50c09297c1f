using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Micro;

/// <summary>Requests as they come from a socket.</summary>
internal static class RequestBytes
{
    /// <summary>Encodes one command.</summary>
    public static byte[] Of(params IEnumerable<string> command)
    {
        string[] parts = [.. command];
        return Encoding.ASCII.GetBytes($"*{parts.Length}\r\n" + string.Concat(parts.Select(part => $"${part.Length}\r\n{part}\r\n")));
    }

    /// <summary>Puts bytes into an empty buffer, as a receive does.</summary>
    public static void Receive(InputBuffer input, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> space = input.GetReceiveSpace().Span;
            int taken = Math.Min(space.Length, bytes.Length);
            bytes[..taken].CopyTo(space);
            input.End += taken;
            bytes = bytes[taken..];
        }
    }
}
