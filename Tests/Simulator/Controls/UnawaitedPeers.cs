using DragonflyFlow.Pipeline.Peers;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>Links that say that a write has ended when it has begun.</summary>
internal sealed class UnawaitedPeers(IPeerNetwork inner) : IPeerNetwork
{
    public async Task<IPeerLink> ConnectAsync(string host, int port, TimeSpan deadline) => new Link(await inner.ConnectAsync(host, port, deadline));

    private sealed class Link(IPeerLink inner) : IPeerLink
    {
        private Task _underWay = Task.CompletedTask;

        public ValueTask<int> ReadAsync(Memory<byte> into) => inner.ReadAsync(into);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            _underWay = WriteInTurnAsync(_underWay, bytes);
            return ValueTask.CompletedTask;
        }

        public void Abort() => inner.Abort();

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private async Task WriteInTurnAsync(Task before, ReadOnlyMemory<byte> bytes)
        {
            await before;
            try
            {
                await inner.WriteAsync(bytes);
            }
            catch (IOException)
            {
                // A reader is told of it.
            }
        }
    }
}
