// Concurrency rule: any thread counts, by interlocked steps. A message is accepted before anybody can finish it, so that Inside is never negative.

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The counts of one block (DESIGN rule 9): accepted = done + refused + failed + inside. Nothing is dropped uncounted.</summary>
public sealed class Ledger
{
    private long _accepted;
    private long _done;
    private long _refused;
    private long _failed;

    /// <summary>A message has come in.</summary>
    public void Accept() => Interlocked.Increment(ref _accepted);

    /// <summary>The message just accepted was not taken after all: its sender still has it.</summary>
    public void Unaccept() => Interlocked.Decrement(ref _accepted);

    /// <summary>A message has been handled.</summary>
    public void Done() => Interlocked.Increment(ref _done);

    /// <summary>Several messages have been handled.</summary>
    public void Done(int count) => Interlocked.Add(ref _done, count);

    /// <summary>An accepted message has been answered with a refusal.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>A message was turned away at the door; the sender has answered it.</summary>
    public void RefuseAtDoor()
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _refused);
    }

    /// <summary>The handler of a message threw.</summary>
    public void Fail() => Interlocked.Increment(ref _failed);

    /// <summary>The counts now; finished ones are read first, so that a message in between shows as inside.</summary>
    public LedgerReading Read()
    {
        long done = Interlocked.Read(ref _done);
        long refused = Interlocked.Read(ref _refused);
        long failed = Interlocked.Read(ref _failed);
        return new LedgerReading(Interlocked.Read(ref _accepted), done, refused, failed);
    }
}
