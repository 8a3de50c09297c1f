// Concurrency rule: the manager starts, signals and ends it; clients read EndPoint, Generation and MayEnd at any time.

using System.Globalization;
using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>A node of a cluster as a process, which may end and come back with what its stop has saved; the proxy through which others move slots to it.</summary>
internal sealed class ProcessNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // What no log may have: a fault in the graph, a ledger that does not add up, a stage that was cut off.

    private readonly string _directory;
    private readonly string[] _options;
    private ServerUnderTest? _server;
    private RespClient _manager = null!;
    private volatile IPEndPoint _endPoint = null!;
    private volatile int _generation;
    private volatile bool _mayEnd;
    private string _quiet = "";

    public ProcessNode(int index, string directory, params string[] options)
    {
        Index = index;
        _directory = Directory.CreateDirectory(Path.Combine(directory, Id)).FullName;
        _options = options;
    }

    public int Index { get; }

    public string Id => $"node{Index.ToString(CultureInfo.InvariantCulture)}";

    public IPEndPoint EndPoint => _endPoint;

    /// <summary>Counts its lives, each from the moment on in which it is configured.</summary>
    public int Generation => _generation;

    /// <summary>Whether a client must expect that its connection breaks.</summary>
    public bool MayEnd => _mayEnd;

    /// <summary>What lies between a source and this node.</summary>
    public FaultProxy Proxy { get; private set; } = null!;

    /// <summary>Starts it, as it is drawn, with what its last stop has saved.</summary>
    public async Task StartAsync(NodeDraw draw)
    {
        _server = ServerUnderTest.Start(
            ["--dir", _directory, "--cluster_mode", "yes", "--cluster_node_id", Id, "--num_shards", draw.Shards.ToString(CultureInfo.InvariantCulture), "--io_engine", draw.IoEngine, .. _options]);
        _endPoint = _server.EndPoint;
        _manager = await RespClient.ConnectAsync(_endPoint);
        Proxy ??= new FaultProxy(_endPoint);
        Proxy.Target = _endPoint;
        _quiet = "";
    }

    /// <summary>Clients may come again.</summary>
    public void Open()
    {
        _generation++;
        _mayEnd = false;
    }

    /// <summary>A command of the manager.</summary>
    public Task<RespValue> AskAsync(params string[] words) => _manager.ExecuteAsync(words).WaitAsync(Patience);

    /// <summary>Many commands of the manager, in one go.</summary>
    public Task<RespValue[]> AskAllAsync(IEnumerable<string[]> commands) => Task.WhenAll(commands.Select(words => _manager.ExecuteAsync(words)).ToArray()).WaitAsync(Patience);

    /// <summary>State and error of the migration in a direction ("in", "out").</summary>
    public async Task<(string State, string Error)> StatusAsync(string direction)
    {
        RespValue rows = await AskAsync("DFLYCLUSTER", "SLOT-MIGRATION-STATUS");
        RespValue? row = rows.Items.FirstOrDefault(item => item[0].Text == direction);
        return row is null ? ("none", "") : (row[2].Text, row[4].Text);
    }

    /// <summary>Sends a signal after which it ends.</summary>
    public void Signal(string name)
    {
        _mayEnd = true;
        _server!.Signal(name);
    }

    /// <summary>Waits for the end that a signal has asked for: after TERM it is orderly, with nothing left alive, and saved; after KILL its files go too.</summary>
    public async Task EndAsync(bool isKilled)
    {
        _mayEnd = true;
        int code = _server!.AwaitExit();
        string log = string.Join('\n', [.. _server.Output, .. _server.Errors]);
        await _manager.DisposeAsync();
        _server.Dispose();
        _server = null;
        if (isKilled)
        {
            foreach (string file in Directory.EnumerateFiles(_directory))
                File.Delete(file);
            return;
        }

        Assert.AreEqual(0, code, log);
        StopLog.IsClean(log);
    }

    /// <summary>Waits until nothing of a migration lives: no block, lease, journal, flush, link. What there is without one it learns at the first call.</summary>
    public async Task IsQuietAsync()
    {
        string now = await CountersAsync();
        _quiet = _quiet.Length == 0 ? now : _quiet;
        await Eventually.IsSoAsync(
            async () => (now = await CountersAsync()) == _quiet && Proxy.Open == 0, () => Task.FromResult($"{Id} has {now}, not {_quiet}; {Proxy.Open} links"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _manager.DisposeAsync();
        _server?.Dispose();
        if (Proxy is not null)
            await Proxy.DisposeAsync();
    }

    // Blocks by name but for those of the moment (walks of GETSLOTINFO, this command), what is inside the gate of migrations, leases and journals.
    private async Task<string> CountersAsync()
    {
        string[] lines = (await AskAsync("INFO", "everything")).Text.Split("\r\n");
        string[] blocks = [.. lines.Where(line => line.StartsWith("block=", StringComparison.Ordinal)).Select(line => line["block=".Length..line.IndexOf(' ', StringComparison.Ordinal)])];
        string gate = lines.Single(line => line.StartsWith("block=incoming-migrations ", StringComparison.Ordinal));
        gate = gate[gate.IndexOf("inside=", StringComparison.Ordinal)..gate.IndexOf(" from=", StringComparison.Ordinal)];
        string[] counters = [.. lines.Where(line => line.StartsWith("arena_live_leases:", StringComparison.Ordinal) || line.StartsWith("journal_active:", StringComparison.Ordinal))];
        Assert.HasCount(2, counters);
        return $"{string.Join(',', blocks)} {gate} {string.Join(' ', counters)}";
    }
}
