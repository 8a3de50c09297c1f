using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Uring;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class UringEngineTests : LoopEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time)
    {
        EnginesHere.Require("uring");
        return new UringEngine(1, TimeSpan.Zero, time);
    }
}
