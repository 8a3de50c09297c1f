using System.Text;
using DragonflyFlow.Protocol.Server.Io;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>A transport whose every answer is the test's.</summary>
internal sealed class ScriptedTransport : ITransport
{
    private readonly Queue<byte[]> _input = new();

    public List<string> Calls { get; } = [];

    public StringBuilder Sent { get; } = new();

    /// <summary>Bytes that the next sends take; the rest waits.</summary>
    public int SendSpace { get; set; } = int.MaxValue;

    public bool ShortReceiveDrains { get; set; } = true;

    public bool IsBusy { get; set; }

    public bool ReceivesAhead { get; set; }

    public void Arrives(string text) => _input.Enqueue(Encoding.ASCII.GetBytes(text));

    public int Receive(Memory<byte> space)
    {
        Calls.Add("receive");
        if (!_input.TryDequeue(out byte[]? bytes))
            return ITransport.WouldBlock;
        bytes.CopyTo(space);
        return bytes.Length;
    }

    public int Send(ReadOnlyMemory<byte> bytes)
    {
        Calls.Add("send");
        int taken = Math.Min(SendSpace, bytes.Length);
        SendSpace -= taken;
        Sent.Append(Encoding.ASCII.GetString(bytes.Span[..taken]));
        return taken == 0 ? ITransport.WouldBlock : taken;
    }

    public void ReceiveAhead(Memory<byte> space) => Calls.Add("receive ahead");

    public void WatchWritable(ReadOnlyMemory<byte> rest) => Calls.Add("watch writable");

    public void WatchPeer() => Calls.Add("watch peer");

    public bool IsPeerGone() => false;

    public void Yield() => Calls.Add("yield");

    public void Close() => Calls.Add("close");

    public void Dispose() => Calls.Add("dispose");
}
