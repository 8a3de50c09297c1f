using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Protocol.Wire;

[TestClass]
public sealed class InputBufferTests
{
    [TestMethod]
    public void HoldsWhatWasReceivedWhateverTheSteps()
    {
        // Positive: receive so many bytes; negative: consume so many; zero: idle.
        Gen<int[]> steps = Gen.Frequency(
            (4, Gen.Choose(1, 20_000)),
            (4, Gen.Choose(-20_000, -1)),
            (2, Gen.Constant(-int.MaxValue)),
            (1, Gen.Constant(0))).ArrayOf();
        Prop.ForAll(steps.ToArbitrary(), RunAgainstModel).Check(ModelCheck.Configure(300));
    }

    [TestMethod]
    public void GrowsWithWhatArrivesOnly()
    {
        InputBuffer input = new();
        for (int received = 0; received < 8 << 20;)
        {
            int count = Math.Min(input.EnsureReceiveSpace(), 16384);
            input.End += count;
            received += count;
            Assert.IsLessThanOrEqualTo(Math.Max(InputBuffer.ReceiveBytesMax, 6L * received), input.Data.Length);
        }
    }

    [TestMethod]
    public void FullReceivesOfSmallRequestsGrowToTheReceiveSizeOnly()
    {
        InputBuffer input = new();
        for (int i = 0; i < 100; i++)
        {
            ReceiveFull(input);
            input.Start = input.End - 10;
        }

        Assert.AreEqual(InputBuffer.ReceiveBytesMax, input.Data.Length);
    }

    [TestMethod]
    public void ShrinksBackWhenRequestsStaySmall()
    {
        InputBuffer input = new();
        while (input.Data.Length < 1 << 20)
            ReceiveFull(input);
        input.Start = input.End;
        input.EnsureReceiveSpace();
        Assert.IsGreaterThanOrEqualTo(1 << 20, input.Data.Length, "one big request is no reason to shrink at once");

        for (int i = 0; i < 200; i++)
        {
            input.EnsureReceiveSpace();
            input.End += 100;
            input.Start = input.End;
        }

        Assert.AreEqual(InputBuffer.InitialBytes, input.Data.Length);
    }

    [TestMethod]
    public void TrimIdleKeepsWhatWaits()
    {
        InputBuffer input = new();
        while (input.Data.Length < 1 << 20)
            ReceiveFull(input);
        "waiting"u8.CopyTo(input.Data.AsSpan(input.End - 7));
        input.Start = input.End - 7;
        input.TrimIdle();
        Assert.AreEqual(InputBuffer.InitialBytes, input.Data.Length);
        Assert.IsTrue(input.Data.AsSpan(input.Start, input.End - input.Start).SequenceEqual("waiting"u8));

        ReceiveFull(input);
        input.TrimIdle();
        Assert.AreEqual(InputBuffer.InitialBytes, input.End - input.Start, "a long incomplete request is not cut");
    }

    [TestMethod]
    public void TellsWhenTheLimitIsPassed()
    {
        InputBuffer input = new() { LimitBytes = 100 };
        input.EnsureReceiveSpace();
        input.End += 100;
        Assert.IsFalse(input.IsOverLimit);
        input.End++;
        Assert.IsTrue(input.IsOverLimit);
        input.Start++;
        Assert.IsFalse(input.IsOverLimit);
    }

    [TestMethod]
    public void CanBeUsedAfterRelease()
    {
        InputBuffer input = new();
        input.Release();
        Assert.IsGreaterThan(0, input.GetReceiveSpace().Length);
    }

    private static void ReceiveFull(InputBuffer input)
    {
        // Two steps: making room may move End.
        int free = input.EnsureReceiveSpace();
        input.End += free;
    }

    private static bool RunAgainstModel(int[] steps)
    {
        InputBuffer input = new();
        Queue<byte> model = new();
        byte next = 0;
        foreach (int step in steps)
        {
            for (int left = step; left > 0;)
            {
                Span<byte> space = input.GetReceiveSpace().Span;
                Assert.IsGreaterThanOrEqualTo(input.Data.Length / 4, space.Length, "room that is worth a receive");
                int count = Math.Min(left, space.Length);
                for (int i = 0; i < count; i++)
                {
                    space[i] = next;
                    model.Enqueue(next++);
                }

                input.End += count;
                left -= count;
            }

            for (int left = (int)Math.Min(-(long)step, model.Count); left > 0; left--)
            {
                if (input.Data[input.Start++] != model.Dequeue())
                    return false;
            }

            if (step == 0)
                input.TrimIdle();
            if (!input.Data.AsSpan(input.Start, input.End - input.Start).SequenceEqual(model.ToArray()))
                return false;
        }

        input.Release();
        return true;
    }
}
