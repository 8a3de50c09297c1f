using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>What workloads work with: the world, the way to the server, the oracle.</summary>
internal sealed class Bench(SimWorld world, SimNetwork network, SimDisk? disk, SimProcess process, Scenario scenario, Oracle oracle)
{
    private readonly SeededScheduler _machine = new(world, "clients");
    private readonly List<Task> _clients = [];

    public SimWorld World => world;

    public SimNetwork Network => network;

    /// <summary>The disk of the server's machine; null if the run has none.</summary>
    public SimDisk? Disk => disk;

    public SimProcess Process => process;

    public Scenario Scenario => scenario;

    public Oracle Oracle => oracle;

    /// <summary>The scheduler of all clients.</summary>
    public SeededScheduler Machine => _machine;

    /// <summary>Ends when all clients have.</summary>
    public Task ClientsEnded => Task.WhenAll(_clients);

    /// <summary>Starts a client of a workload. It connects again as long as the server takes connections, and <paramref name="work"/> says that there is work.</summary>
    public void Start(string name, Func<SimClient, SimRandom, Task<bool>> work) => _clients.Add(_machine.Run(() => ServeAsync(name, work)));

    /// <summary>Waits.</summary>
    public Task Delay(int ms) => world.Delay(TimeSpan.FromMilliseconds(ms), _machine);

    private async Task ServeAsync(string name, Func<SimClient, SimRandom, Task<bool>> work)
    {
        SimRandom random = world.RandomOf(name);
        await Delay(random.Below(50));
        while (!process.Ended.IsCompleted && await network.ConnectAsync(_machine, process.Scheduler, process.Accept) is { } socket)
        {
            SimClient client = new(world, socket, $"{name} on {socket.Id}");
            bool more = await work(client, random);
            client.Close();
            if (!more)
                return;
        }
    }
}
