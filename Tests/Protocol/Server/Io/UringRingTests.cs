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

    [TestMethod]
    public void A_wait_for_several_ends_with_the_last_of_them()
    {
        using UringRing ring = RingThatWaitsForSeveral();
        (Socket near, Socket far)[] pairs = [Pair(), Pair(), Pair()];
        using PinnedBytes bytes = new();
        nint address = bytes.AddressOf(new byte[16]);
        foreach ((Socket near, _) in pairs)
            ring.Prepare(Submission.Receive((int)near.Handle, address, 1, 1));
        ring.Submit();
        Thread sender = new(() =>
        {
            foreach ((_, Socket far) in pairs)
            {
                Thread.Sleep(30);
                far.Send("x"u8);
            }
        });
        sender.Start();
        // What ends at once does not count: the send is done by the call that waits.
        ring.Prepare(Submission.Send((int)pairs[0].near.Handle, address, 1, 2));
        ring.WaitFor(3, Forever);
        Assert.AreEqual(4, Ends(ring));
        sender.Join();
        Close(pairs);
    }

    [TestMethod]
    public void A_wait_for_several_is_content_with_fewer_after_its_time()
    {
        using UringRing ring = RingThatWaitsForSeveral();
        (Socket near, Socket far)[] pairs = [Pair(), Pair()];
        using PinnedBytes bytes = new();
        nint address = bytes.AddressOf(new byte[16]);
        foreach ((Socket near, _) in pairs)
            ring.Prepare(Submission.Receive((int)near.Handle, address, 1, 1));
        ring.WaitFor(2, microseconds: 60);
        Assert.AreEqual(0, Ends(ring), "it ends with nothing, too");
        pairs[0].far.Send("x"u8);
        ring.WaitFor(2, microseconds: 60);
        Assert.AreEqual(1, Ends(ring));
        Close(pairs);
    }

    private static uint Forever => (uint)TimeSpan.FromSeconds(30).TotalMicroseconds;

    private static UringRing RingThatWaitsForSeveral()
    {
        EnginesHere.Require("uring");
        UringRing ring = new();
        ring.Enable();
        if (ring.CanWaitForSeveral)
            return ring;
        ring.Dispose();
        throw new AssertInconclusiveException("this kernel's io_uring cannot wait for several (Linux since 6.12 can)");
    }

    private static int Ends(UringRing ring)
    {
        int ends = 0;
        while (ring.TryTake(out Completion completion))
        {
            Assert.AreEqual(1, completion.Result);
            ends++;
        }

        return ends;
    }

    private static void Close((Socket Near, Socket Far)[] pairs)
    {
        foreach ((Socket near, Socket far) in pairs)
        {
            near.Dispose();
            far.Dispose();
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
