using System.Globalization;
using System.Net.Sockets;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Tracking;

/// <summary>
/// A script of lines "name: command", each name a connection of its own; {name} in a command is that connection's id. After each line everything that any
/// connection got is noted, with ids as names.
/// </summary>
internal static class TrackedScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What the connections got, line by line, from a redis-server.</summary>
    internal static string Theirs(RedisServerPeer redis, string script)
    {
        Dictionary<string, Socket> sockets = [];
        Dictionary<string, string> ids = [];
        using Socket other = Connect(redis);
        StringBuilder log = new();
        foreach ((string name, string[] words) in Lines(script))
        {
            if (!sockets.TryGetValue(name, out Socket? socket))
            {
                sockets[name] = socket = Connect(redis);
                ids[name] = Ask(socket, "CLIENT", "ID")[1..^2];
            }

            if (words[0] == "CLOSE")
            {
                socket.Dispose();
                sockets.Remove(name);
                WaitForEnd(other, ids[name]);
            }
            else
            {
                Dictionary<string, string> got = sockets.Keys.ToDictionary(static key => key, static _ => "");
                got[name] = Ask(socket, Named(words, ids));
                // When this is answered, whatever the command caused has been written to all sockets.
                Ask(other, "PING");
                foreach ((string reader, Socket its) in sockets)
                    got[reader] += Available(its);
                Note(log, words, got, ids);
            }
        }

        foreach (Socket socket in sockets.Values)
            socket.Dispose();
        return log.ToString();
    }

    /// <summary>The same from a store of ours.</summary>
    internal static string Ours(int shards, string script)
    {
        using InProcessClient first = new(shards);
        Dictionary<string, InProcessClient> clients = [];
        Dictionary<string, string> ids = [];
        StringBuilder log = new();
        foreach ((string name, string[] words) in Lines(script))
        {
            if (!clients.TryGetValue(name, out InProcessClient? client))
            {
                clients[name] = client = new InProcessClient(first.Engine);
                ids[name] = client.Session.Client.Id.ToString(CultureInfo.InvariantCulture);
            }

            if (words[0] == "CLOSE")
            {
                client.Dispose();
                clients.Remove(name);
            }
            else
            {
                Dictionary<string, string> got = clients.Keys.ToDictionary(static key => key, static _ => "");
                got[name] = client.Execute(Named(words, ids));
                foreach ((string reader, InProcessClient its) in clients)
                    got[reader] += its.Receive();
                Note(log, words, got, ids);
            }
        }

        Assert.AreEqual(0L, first.Engine.Bugs);
        foreach (InProcessClient client in clients.Values)
            client.Dispose();
        return log.ToString();
    }

    private static IEnumerable<(string Name, string[] Words)> Lines(string script)
        => script.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(": ")).Select(static parts => (parts[0], parts[1].Split(' ')));

    private static string[] Named(string[] words, Dictionary<string, string> ids)
        => Array.ConvertAll(words, word => word == "''" ? "" : ids.Aggregate(word, static (text, id) => text.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal)));

    private static void Note(StringBuilder log, string[] words, Dictionary<string, string> got, Dictionary<string, string> ids)
    {
        // The greeting names the server.
        if (words[0] == "HELLO")
            return;
        log.Append(string.Join(' ', words)).Append('\n');
        foreach ((string name, string text) in got.Where(static pair => pair.Value.Length > 0).OrderBy(static pair => pair.Key))
        {
            bool showsIds = words[0] == "CLIENT" || text.Contains("tracking-redir-broken", StringComparison.Ordinal);
            string shown = showsIds ? ids.Aggregate(text, static (all, id) => all.Replace($":{id.Value}\r\n", $":<{id.Key}>\r\n", StringComparison.Ordinal)) : text;
            log.Append(CultureInfo.InvariantCulture, $"  {name} {shown.Replace("\r\n", " ", StringComparison.Ordinal)}\n");
        }
    }

    private static Socket Connect(RedisServerPeer redis)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(redis.EndPoint);
        return socket;
    }

    // Until at least one whole value has come; what follows it is for Available.
    private static string Ask(Socket socket, params string[] words)
    {
        socket.Send(InProcessClient.Request(Array.ConvertAll(words, Encoding.Latin1.GetBytes)));
        byte[] buffer = new byte[1 << 16];
        int end = 0;
        while (!new RespFrameScanner(RespLimits.Default).TryScan(buffer.AsSpan(0, end), out _))
        {
            int count = socket.Receive(buffer.AsSpan(end));
            Assert.AreNotEqual(0, count, "redis-server closed the connection");
            end += count;
        }

        return Encoding.Latin1.GetString(buffer, 0, end);
    }

    private static string Available(Socket socket)
    {
        byte[] buffer = new byte[socket.Available];
        return buffer.Length == 0 ? "" : Encoding.Latin1.GetString(buffer, 0, socket.Receive(buffer));
    }

    private static void WaitForEnd(Socket other, string id)
    {
        while (Ask(other, "CLIENT", "LIST", "ID", id).Contains($"id={id} ", StringComparison.Ordinal))
            Thread.Yield();
    }
}
