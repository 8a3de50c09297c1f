using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DragonflyFlow.Perf.Load;

/// <summary>The fields that a server's INFO answers.</summary>
internal static class ServerInfo
{
    /// <summary>Asks a server; empty if it answers an error.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(int port, CancellationToken cancellation)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        await socket.SendAsync("*1\r\n$4\r\nINFO\r\n"u8.ToArray(), SocketFlags.None, cancellation);
        ReplySkimmer skimmer = new();
        StringBuilder text = new();
        byte[] received = new byte[16384];
        while (skimmer.Replies == 0)
        {
            int bytes = await socket.ReceiveAsync(received, SocketFlags.None, cancellation);
            if (bytes == 0)
                throw new IOException("The server closed the connection instead of answering INFO.");
            skimmer.Feed(received.AsSpan(0, bytes));
            text.Append(Encoding.UTF8.GetString(received, 0, bytes));
        }

        return Parse(text.ToString());
    }

    /// <summary>Reads the lines <c>name:value</c>; headings and the reply's own first line are passed over.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> fields = [];
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] is not ('#' or '-'))
                fields[line[..colon]] = line[(colon + 1)..];
        }

        return fields;
    }

    /// <summary>A field as a number; null if it is absent or none.</summary>
    public static double? Number(this IReadOnlyDictionary<string, string> fields, string name)
        => fields.TryGetValue(name, out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : null;
}
