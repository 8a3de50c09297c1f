using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Uring;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class UringEngineThreeThreadsTests : IoEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time)
    {
        EnginesHere.Require("uring");
        // The clock polls are measured with stands still in tests, so this is the system's.
        return new UringEngine(3, new IoWaits(TimeSpan.FromMicroseconds(50), TimeSpan.FromMicroseconds(60)), TimeProvider.System);
    }
}
