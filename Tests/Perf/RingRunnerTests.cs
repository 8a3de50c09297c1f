using System.Net;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Tests.Protocol.Client;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class RingRunnerTests : BatchRunnerContract
{
    protected override IBatchRunner Connect(EndPoint endPoint, int connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch)
    {
        EnginesHere.Require("uring");
        return RingRunner.Connect(endPoint, connections, batches, repliesPerBatch, TimeProvider.System);
    }
}
