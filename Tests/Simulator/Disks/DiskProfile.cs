using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Disks;

/// <summary>How the disk of one run behaves while nothing is wrong with it.</summary>
internal sealed record DiskProfile(int OperationUsMax, int UsPerKilobyte, int FlushUsMax, int ReadBytesMax)
{
    public static DiskProfile Draw(SimRandom random) => new(
        random.Pick([1, 100, 3_000]),
        random.Pick([0, 1, 20]),
        random.Pick([10, 2_000, 50_000]),
        random.Pick([100, 5_000, 1_000_000]));

    /// <summary>How long it takes to write or read so many bytes.</summary>
    public TimeSpan Transfer(SimRandom random, int bytes) => TimeSpan.FromMicroseconds(random.Below(OperationUsMax + 1) + ((long)bytes * UsPerKilobyte / 1024));

    /// <summary>How long a flush takes.</summary>
    public TimeSpan Flush(SimRandom random) => TimeSpan.FromMicroseconds(random.Below(FlushUsMax + 1));
}
