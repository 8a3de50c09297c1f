namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>An eventfd: makes a loop return from its wait. Signal: any thread.</summary>
internal sealed class WakeUp : IDisposable
{
    public int Descriptor { get; } = Libc.Checked(Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec), "eventfd");

    public void Signal()
    {
        ulong one = 1;
        _ = Libc.Write(Descriptor, ref one, sizeof(ulong));
    }

    public void Clear()
    {
        ulong count = 0;
        _ = Libc.Read(Descriptor, ref count, sizeof(ulong));
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
