namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>Events of poll(2), as far as they are asked for; errors and a hangup come unasked.</summary>
[Flags]
internal enum PollEvents : uint
{
    None = 0,
    In = 1,
    ReadHangup = 0x2000,
}
