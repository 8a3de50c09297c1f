using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Io.Sockets;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public class SocketEngineTests : IoEngineContractTests
{
    private protected override IIoEngine MakeEngine(TimeProvider time) => new SocketEngine();
}
