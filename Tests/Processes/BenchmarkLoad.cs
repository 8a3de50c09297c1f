using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>redis-benchmark, which increments one key of the half that moves, over connections of its own, until the key has moved, its server stops, or it is disposed of.</summary>
internal sealed class BenchmarkLoad : IDisposable
{
    private readonly Process _process;

    private BenchmarkLoad(Process process) => _process = process;

    /// <summary>The key that it increments.</summary>
    public static string Key { get; } = Enumerable.Range(0, int.MaxValue)
        .Select(number => string.Create(CultureInfo.InvariantCulture, $"bench:{number}"))
        .First(key => KeySlot.Of(Encoding.ASCII.GetBytes(key)) < TwoNodes.MovingSlots);

    /// <summary>Whether there is one on this machine.</summary>
    public static bool IsThere => Peers.ProgramIfThere("redis-benchmark") is not null;

    /// <summary>Whether it still sends: it ends by itself when its key has moved.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts it against the server that owns the key.</summary>
    public static BenchmarkLoad Start(EndPoint server)
    {
        string port = ((IPEndPoint)server).Port.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new(Peers.RequireProgram("redis-benchmark"), ["-p", port, "-c", "5", "-P", "8", "-n", "1000000000", "-q", "INCR", Key])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        // Read, so that it never waits for a reader.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new BenchmarkLoad(process);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
