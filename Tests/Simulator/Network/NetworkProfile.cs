using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Network;

/// <summary>How the links of one run behave.</summary>
internal sealed record NetworkProfile(int LatencyMinUs, int LatencyMaxUs, int FragmentBytesMax, int WindowBytes, double LossShare, double PutOffShare, bool CompletesOperations)
{
    /// <summary>How many of the fragments that are whole requests arrive twice: a control.</summary>
    public double TwiceShare { get; init; }

    // What a lost packet costs until it is sent again.
    private const int RetransmissionUs = 200_000;

    public static NetworkProfile Draw(SimRandom random)
    {
        int latencyUs = random.Pick([1, 50, 500, 5_000]);
        return new NetworkProfile(
            latencyUs,
            latencyUs * random.Between(1, 10),
            random.Pick([1, 7, 64, 1460, 65536]),
            random.Pick([64, 1024, 65536]),
            random.Chance(0.3) ? 0.02 : 0,
            random.Pick([0, 0.2, 0.9]),
            random.Chance(0.4));
    }

    /// <summary>How long the next fragment is under way.</summary>
    public TimeSpan Delay(SimRandom random)
    {
        int us = random.Between(LatencyMinUs, LatencyMaxUs);
        return TimeSpan.FromMicroseconds(LossShare > 0 && random.Chance(LossShare) ? us + RetransmissionUs : us);
    }
}
