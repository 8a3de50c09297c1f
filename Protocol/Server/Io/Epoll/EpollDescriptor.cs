using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Epoll;

/// <summary>
/// An epoll descriptor and room for the events of one wait. struct epoll_event is {u32 events; u64 data}, packed to 12 bytes on x86 and 16 bytes elsewhere,
/// so events are read at computed offsets. Waiting and reading events: the loop's thread only. Add and Modify: any thread.
/// </summary>
internal sealed class EpollDescriptor : IDisposable
{
    private const int EventsMax = 256;

    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int EventBytes = DataOffset + 8;

    private readonly byte[] _events = new byte[EventsMax * EventBytes];
    private readonly int _descriptor = Libc.Checked(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");

    /// <summary>Waits for events at most <paramref name="timeoutMs"/> (-1: for ever); how many there are.</summary>
    public int Wait(int timeoutMs)
    {
        int count = Libc.EpollWait(_descriptor, ref _events[0], EventsMax, timeoutMs);
        if (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
            return 0;
        return Libc.Checked(count, "epoll_wait");
    }

    /// <summary>The bits of one event of the last wait.</summary>
    public EpollEvents EventsAt(int index) => (EpollEvents)BitConverter.ToUInt32(_events, index * EventBytes);

    /// <summary>The number its descriptor was added with.</summary>
    public long IdAt(int index) => BitConverter.ToInt64(_events, (index * EventBytes) + DataOffset);

    /// <summary>Watches a descriptor; its events carry <paramref name="id"/>. Closing the descriptor ends that.</summary>
    public void Add(int descriptor, EpollEvents events, long id) => Control(Libc.EpollAdd, descriptor, events, id);

    /// <summary>Changes what is watched for, and looks at the descriptor anew: what is the case already is reported once more.</summary>
    public void Modify(int descriptor, EpollEvents events, long id) => Control(Libc.EpollModify, descriptor, events, id);

    public void Dispose() => _ = Libc.Close(_descriptor);

    private void Control(int operation, int descriptor, EpollEvents events, long id)
    {
        Span<byte> packed = stackalloc byte[16];
        Unsafe.WriteUnaligned(ref packed[0], (uint)events);
        Unsafe.WriteUnaligned(ref packed[DataOffset], id);
        Libc.Checked(Libc.EpollControl(_descriptor, operation, descriptor, ref packed[0]), "epoll_ctl");
    }
}
