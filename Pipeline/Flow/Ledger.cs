// Concurrency rule: any thread counts, by interlocked steps. A message is accepted before anybody can finish it, so that Inside is never negative; one turned
// away at the door is one count, not two, so that it never shows as inside. _accepted carries in its high bits how many steps are under way whose outcome is
// open (an offer that may be declined): a reading at the end of a stock block waits for those.

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The counts of one block (DESIGN rule 9): accepted = done + refused + failed + inside. Nothing is dropped uncounted.</summary>
public sealed class Ledger
{
    private const long OpenStep = 1L << 48;
    private const long AcceptedMask = OpenStep - 1;

    private long _accepted;
    private long _done;
    private long _refused;
    private long _failed;
    private long _atDoor;

    /// <summary>A message has come in.</summary>
    public void Accept() => Interlocked.Increment(ref _accepted);

    /// <summary>A message has been handled.</summary>
    public void Done() => Interlocked.Increment(ref _done);

    /// <summary>An accepted message has been answered with a refusal.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>The handler of a message threw.</summary>
    public void Fail() => Interlocked.Increment(ref _failed);

    /// <summary>A message was turned away at the door; the sender has answered it.</summary>
    public void RefuseAtDoor() => Interlocked.Increment(ref _atDoor);

    /// <summary>The counts now; exact once nobody counts any more.</summary>
    public LedgerReading Read()
    {
        // Finished ones first, so that a message in between shows as inside.
        LedgerReading finished = ReadFinished();
        return finished with { Accepted = finished.Accepted + (Interlocked.Read(ref _accepted) & AcceptedMask) };
    }

    /// <summary>The counts of a stock block that has ended: exact, because it waits for the few instructions of offers under way, which end in a no.</summary>
    internal LedgerReading ReadAtEnd()
    {
        var wait = new SpinWait();
        long accepted;
        while ((accepted = Interlocked.Read(ref _accepted)) >= OpenStep)
            wait.SpinOnce();
        LedgerReading finished = ReadFinished();
        return finished with { Accepted = finished.Accepted + accepted };
    }

    private LedgerReading ReadFinished()
    {
        long atDoor = Interlocked.Read(ref _atDoor);
        return new LedgerReading(atDoor, Interlocked.Read(ref _done), Interlocked.Read(ref _refused) + atDoor, Interlocked.Read(ref _failed));
    }

    /// <summary>A message is being offered: accepted, unless <see cref="EndAccept"/> says otherwise.</summary>
    internal void BeginAccept() => Interlocked.Add(ref _accepted, OpenStep + 1);

    internal void EndAccept(bool accepted) => Interlocked.Add(ref _accepted, accepted ? -OpenStep : -OpenStep - 1);

    /// <summary>Output is being taken by a receiver, who counts it with <see cref="EndTake"/>.</summary>
    internal void BeginTake() => Interlocked.Add(ref _accepted, OpenStep);

    internal void EndTake(int taken)
    {
        Interlocked.Add(ref _done, taken);
        Interlocked.Add(ref _accepted, -OpenStep);
    }
}
