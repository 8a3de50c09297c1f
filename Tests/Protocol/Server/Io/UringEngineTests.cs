using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Uring;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class UringEngineTests : LoopEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time, Func<int, IdleSlice>? idle)
    {
        EnginesHere.Require("uring");
        // The clock by which requests are counted stands still in tests, so this is the system's; and a wait so long that the clients of a test, too, are many in it.
        return new UringEngine(1, new IoWaits(BusyPoll: TimeSpan.Zero, Gather: TimeSpan.FromMilliseconds(2), idle), TimeProvider.System);
    }
}
