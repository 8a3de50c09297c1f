using System.Globalization;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The counts of a block at one moment: accepted = done + refused + failed + inside.</summary>
/// <param name="Accepted">Messages the block has become answerable for.</param>
/// <param name="Done">Messages handled; of a block with output: handed on.</param>
/// <param name="Refused">Messages answered with a refusal, at the door or inside.</param>
/// <param name="Failed">Messages whose handler threw.</param>
public readonly record struct LedgerReading(long Accepted, long Done, long Refused, long Failed)
{
    /// <summary>Messages the block still answers for. Of a block that has ended: messages that were lost in it.</summary>
    public long Inside => Accepted - Done - Refused - Failed;

    /// <summary>Whether every message has been accounted for.</summary>
    public bool IsSettled => Inside == 0;

    /// <summary>Throws, with the block's name and numbers, unless every message has been accounted for.</summary>
    /// <exception cref="InvalidOperationException">Messages are missing, or more were finished than accepted.</exception>
    public void AssertSettled(string block)
    {
        if (!IsSettled)
            throw new InvalidOperationException($"The ledger of block '{block}' does not balance: {this}.");
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"accepted {Accepted} = done {Done} + refused {Refused} + failed {Failed} + inside {Inside}");
}
