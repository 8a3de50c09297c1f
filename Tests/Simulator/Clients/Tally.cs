namespace DragonflyFlow.Tests.Simulator.Clients;

/// <summary>What a client knows of a thing that it does again and again: how often it was acknowledged, and how often it may or may not have been done.</summary>
internal sealed class Tally
{
    /// <summary>Sent, whatever came of it.</summary>
    public long Sent { get; private set; }

    /// <summary>Done, as a reply said.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Sent, and no reply came.</summary>
    public long Unknown { get; private set; }

    /// <summary>Refused: not done, as a reply said.</summary>
    public long Refused { get; private set; }

    /// <summary>Done, or not refused: the most there can be.</summary>
    public long Possible => Sent - Refused;

    /// <summary>One is sent.</summary>
    public void Send() => Sent++;

    /// <summary>As it is now.</summary>
    public Tally Copy() => (Tally)MemberwiseClone();

    /// <summary>Counts one outcome: true is done, false refused, null unknown.</summary>
    public void Count(bool? done)
    {
        if (done is null)
            Unknown++;
        else if (done.Value)
            Acknowledged++;
        else
            Refused++;
    }

    public override string ToString() => $"{Sent} sent, {Acknowledged} acknowledged, {Unknown} unknown, {Refused} refused";
}
