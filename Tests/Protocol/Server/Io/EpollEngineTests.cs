using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Epoll;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class EpollEngineTests : LoopEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time, Func<int, IdleSlice>? idle)
    {
        if (!EpollEngine.IsSupported)
            Assert.Inconclusive("there is no epoll here");
        return new EpollEngine(1, new IoWaits(TimeSpan.Zero, TimeSpan.Zero, idle), time);
    }
}
