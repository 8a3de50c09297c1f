using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>struct io_uring_getevents_arg, as far as it is used here: how a wait for several completions ends with fewer.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct UringWait
{
    public const int Bytes = 24;

    /// <summary>Microseconds after which what has come is enough.</summary>
    [FieldOffset(12)]
    public uint Microseconds;
}
