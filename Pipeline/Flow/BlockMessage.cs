namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A message that can wait in an <see cref="ExclusiveBlock{T}"/>: the link is part of it, so that posting allocates nothing.</summary>
public abstract class BlockMessage
{
    internal BlockMessage? Next;

    // How long the chain below is, this message included: a reading for the ledger, never a decision.
    internal int Depth;
}
