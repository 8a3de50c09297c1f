namespace DragonflyFlow.Protocol.Server.Io.Epoll;

/// <summary>epoll's event bits.</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,
    In = 1,
    Out = 4,
    Error = 8,
    Hangup = 0x10,
    ReadHangup = 0x2000,
    EdgeTriggered = 1u << 31,
}
