namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>Events of poll(2).</summary>
[Flags]
internal enum PollEvents : uint
{
    None = 0,
    In = 1,
    Error = 8,
    Hangup = 0x10,
    ReadHangup = 0x2000,
}
