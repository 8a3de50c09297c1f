using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Server.Io.Uring;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

[TestClass]
public sealed class UringRingTests
{
    // More than a ring has room for before it hands them over.
    private const int Sends = 1500;

    [TestMethod]
    public void Every_operation_ends_once_and_in_the_order_of_one_socket_however_many_gather()
    {
        EnginesHere.Require("uring");
        (Socket near, Socket far) = Pair();
        using (near)
        using (far)
        using (UringRing ring = new())
        using (PinnedBytes bytes = new())
        {
            ring.Enable();
            byte[] numbers = [.. Enumerable.Range(0, Sends).Select(i => (byte)i)];
            nint address = bytes.AddressOf(numbers);
            for (int i = 0; i < Sends; i++)
                ring.Prepare(Submission.Send((int)near.Handle, address + i, 1, (ulong)i));
            ring.Submit();
            Assert.AreEqual(0, ring.Prepared);

            List<ulong> ended = [];
            while (ended.Count < Sends)
            {
                ring.Wait(forOne: true);
                while (ring.TryTake(out Completion completion))
                {
                    Assert.AreEqual(1, completion.Result);
                    ended.Add(completion.Id);
                }
            }

            CollectionAssert.AreEqual(Enumerable.Range(0, Sends).Select(i => (ulong)i).ToArray(), ended);
            Assert.IsFalse(ring.HasEnds);
            byte[] received = new byte[Sends];
            for (int at = 0; at < Sends;)
                at += far.Receive(received.AsSpan(at));
            CollectionAssert.AreEqual(numbers, received);
        }
    }

    [TestMethod]
    public void A_receive_waits_for_bytes_and_ends_without_them_when_the_socket_is_shut()
    {
        EnginesHere.Require("uring");
        (Socket near, Socket far) = Pair();
        using (near)
        using (far)
        using (UringRing ring = new())
        using (PinnedBytes bytes = new())
        {
            ring.Enable();
            byte[] space = new byte[16];
            ring.Prepare(Submission.Receive((int)near.Handle, bytes.AddressOf(space.AsMemory(4)), 12, 1));
            ring.Wait(forOne: false);
            Assert.IsFalse(ring.HasEnds);

            far.Send("seven"u8);
            ring.Wait(forOne: true);
            Assert.IsTrue(ring.TryTake(out Completion arrived));
            Assert.AreEqual(new Completion(1, 5, arrived.Flags), arrived);
            Assert.IsTrue(space.AsSpan(4).StartsWith("seven"u8));

            ring.Prepare(Submission.Receive((int)near.Handle, bytes.AddressOf(space), 16, 2));
            ring.Submit();
            near.Shutdown(SocketShutdown.Both);
            ring.Wait(forOne: true);
            Assert.IsTrue(ring.TryTake(out Completion shut));
            Assert.AreEqual(new Completion(2, 0, shut.Flags), shut);
        }
    }

    private static (Socket Near, Socket Far) Pair()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.Connect(listener.LocalEndPoint!);
        return (near, listener.Accept());
    }
}
