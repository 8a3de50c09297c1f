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
        return new UringEngine(1, new IoWaits(BusyPoll: TimeSpan.Zero, Gather: TimeSpan.FromMicroseconds(60)), time);
    }
}
