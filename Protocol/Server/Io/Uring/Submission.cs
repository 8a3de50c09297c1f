using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>struct io_uring_sqe, as far as it is used here: one operation that the kernel is asked for.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct Submission
{
    public const int Bytes = 64;

    private const byte PollOperation = 6;
    private const byte SendOperation = 26;
    private const byte ReceiveOperation = 27;
    private const ushort PollFirst = 1;
    private const int PollMultishot = 1;

    [FieldOffset(0)]
    private byte _operation;

    [FieldOffset(2)]
    private ushort _priority;

    [FieldOffset(4)]
    private int _descriptor;

    [FieldOffset(16)]
    private long _address;

    [FieldOffset(24)]
    private int _length;

    [FieldOffset(28)]
    private uint _operationFlags;

    [FieldOffset(32)]
    private ulong _id;

    /// <summary>Whether it is done by the call that hands it over, but where the socket is full.</summary>
    public readonly bool EndsAtOnce => _operation == SendOperation;

    /// <summary>A receive that waits for bytes first: the socket has just been emptied.</summary>
    public static Submission Receive(int socket, nint address, int length, ulong id) =>
        new() { _operation = ReceiveOperation, _priority = PollFirst, _descriptor = socket, _address = address, _length = length, _id = id };

    /// <summary>A send; where the socket is full it waits.</summary>
    public static Submission Send(int socket, nint address, int length, ulong id) =>
        new() { _operation = SendOperation, _operationFlags = Libc.MessageNoSignal, _descriptor = socket, _address = address, _length = length, _id = id };

    /// <summary>One look for events of poll(2), as soon as there is one.</summary>
    public static Submission Poll(int descriptor, PollEvents events, ulong id) =>
        new() { _operation = PollOperation, _operationFlags = (uint)events, _descriptor = descriptor, _id = id };

    /// <summary>A completion for each event, until one says that it was the last.</summary>
    public static Submission PollAlways(int descriptor, PollEvents events, ulong id) => Poll(descriptor, events, id) with { _length = PollMultishot };
}
