using DragonflyFlow.Perf.Host;

namespace DragonflyFlow.Perf.Rivals;

/// <summary>
/// The servers of a run. Ourselves and redis-server are pinned to one core. Garnet relies on the pool's threads on several cores, so it runs unpinned, as it
/// comes and once with inline completions, and we run a second time unpinned to be compared with it.
/// </summary>
internal sealed class ServerCatalog
{
    /// <summary>The variant of Garnet that completes receives on the thread that polls.</summary>
    public const string GarnetInline = "garnet-inline";

    private const string OurAssembly = "Protocol/Server/bin/Release/net10.0/dragonflyflow.dll";
    private const string GarnetProgram = "garnet-server";

    private readonly List<ServerLaunch> _found = [];
    private readonly List<string> _skipped = [];

    private readonly bool _saving;

    private ServerCatalog(bool saving) => _saving = saving;

    /// <summary>Rivals that can be asked for.</summary>
    public static IReadOnlyList<string> Rivals { get; } = ["redis", "garnet"];

    /// <summary>Servers that can be started, ourselves first.</summary>
    public IReadOnlyList<ServerLaunch> Found => _found;

    /// <summary>One line for each server that is not installed, with what would install it.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    /// <summary>Looks for ourselves and the rivals named, as they are run without files, or so that they can save and find what they have saved.</summary>
    public static ServerCatalog Find(IReadOnlyCollection<string> rivals, bool pinned, string? garnetPath, bool saving = false)
    {
        ServerCatalog catalog = new(saving);
        bool garnet = rivals.Contains("garnet");
        catalog.AddOurs(pinned, besideGarnet: garnet);
        if (rivals.Contains("redis"))
            catalog.AddRedis(pinned);
        if (garnet)
            catalog.AddGarnet(garnetPath);
        return catalog;
    }

    private void AddOurs(bool pinned, bool besideGarnet)
    {
        string assembly = Path.Combine(Programs.RepositoryRoot(), OurAssembly);
        if (!File.Exists(assembly))
            throw new FileNotFoundException($"{OurAssembly} is not built: dotnet build -c Release");

        string[] commandLine = ["dotnet", assembly, "--port", "{port}", _saving ? "--dbfilename=dump.rdb" : "--dbfilename="];
        _found.Add(new ServerLaunch("ours", pinned, commandLine));
        if (pinned && besideGarnet)
            _found.Add(new ServerLaunch("ours-unpinned", Pinned: false, commandLine));
    }

    private void AddRedis(bool pinned)
    {
        if (Programs.Find("redis-server") is not { } path)
        {
            _skipped.Add("redis: redis-server is not installed (Debian: apt-get install redis-server redis-tools)");
            return;
        }

        string[] commandLine = [path, "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        _found.Add(new ServerLaunch("redis", pinned, commandLine) { Forks = true });
    }

    private void AddGarnet(string? givenPath)
    {
        string toolFolder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools");
        string? path = givenPath is not null
            ? Programs.Find(Path.GetFullPath(givenPath))
            : Programs.Find(GarnetProgram) ?? Programs.Find(Path.Combine(toolFolder, GarnetProgram));
        if (path is null)
        {
            _skipped.Add(givenPath is not null
                ? $"garnet: {givenPath} does not exist"
                : "garnet: garnet-server is not installed (dotnet tool install --global garnet-server --version 2.2.8, or --garnet-path)");
            return;
        }

        // Its usual device needs libaio.
        string[] commandLine = [path, "--port", "{port}", "--bind", "127.0.0.1", .. _saving ? (string[])["--device-type", "RandomAccess"] : []];
        _found.Add(new ServerLaunch("garnet", Pinned: false, commandLine) { Recovering = ["--recover"] });
        _found.Add(new ServerLaunch(GarnetInline, Pinned: false, commandLine)
        {
            Environment = new Dictionary<string, string>
            {
                ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
                ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
            },
        });
    }
}
