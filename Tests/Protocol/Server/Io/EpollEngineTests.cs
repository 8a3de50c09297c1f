using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Epoll;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class EpollEngineTests : LoopEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time)
    {
        if (!EpollEngine.IsSupported)
            Assert.Inconclusive("there is no epoll here");
        return new EpollEngine(1, TimeSpan.Zero, time);
    }
}
