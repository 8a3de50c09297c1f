using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Epoll;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class EpollEngineThreeThreadsTests : IoEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time)
    {
        if (!EpollEngine.IsSupported)
            Assert.Inconclusive("there is no epoll here");
        // The clock polls are measured with stands still in tests, so this is the system's.
        return new EpollEngine(3, new IoWaits(TimeSpan.FromMicroseconds(50), TimeSpan.Zero), TimeProvider.System);
    }
}
