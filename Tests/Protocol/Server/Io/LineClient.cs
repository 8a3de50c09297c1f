using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>A blocking client socket; what takes longer than the test's patience fails.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly byte[] _one = new byte[1];

    public LineClient(EndPoint endPoint)
    {
        bool unix = endPoint is UnixDomainSocketEndPoint;
        Socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)LineServer.Patience.TotalMilliseconds,
            SendTimeout = (int)LineServer.Patience.TotalMilliseconds,
        };
        if (!unix)
            Socket.NoDelay = true;
        Socket.Connect(endPoint);
    }

    public Socket Socket { get; }

    public void Send(string text) => Socket.Send(Encoding.ASCII.GetBytes(text));

    /// <summary>Exactly so many bytes.</summary>
    public byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int received = Socket.Receive(bytes, at, count - at, SocketFlags.None);
            Assert.AreNotEqual(0, received, $"the server closed after {at} of {count} bytes");
            at += received;
        }

        return bytes;
    }

    public string ReceiveText(int count) => Encoding.ASCII.GetString(Receive(count));

    /// <summary>The next line, without its end.</summary>
    public string ReceiveLine()
    {
        StringBuilder line = new();
        while (true)
        {
            Assert.AreEqual(1, Socket.Receive(_one), "the server closed within a line");
            if (_one[0] == '\n')
                return line.ToString();
            line.Append((char)_one[0]);
        }
    }

    /// <summary>All bytes until the server closes; a reset counts as a close.</summary>
    public string ReceiveToEnd()
    {
        StringBuilder text = new();
        byte[] bytes = new byte[4096];
        try
        {
            for (int count; (count = Socket.Receive(bytes)) > 0;)
                text.Append(Encoding.ASCII.GetString(bytes, 0, count));
        }
        catch (SocketException reset) when (reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
        }

        return text.ToString();
    }

    /// <summary>Ends with a reset instead of an orderly close.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Close();
    }

    public void Dispose() => Socket.Dispose();
}
