using System.Net;
using System.Text;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>Two nodes of ours, and their manager: a configuration that declares the migration, a look now and then, and the configuration that settles it.</summary>
internal sealed class OurPair : NodePair
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(25);

    private readonly TimeProvider _time;
    private long _epoch;

    private OurPair(ServerProcess source, ServerProcess target, TimeProvider time)
        : base(source, target) => _time = time;

    /// <summary>Starts both.</summary>
    public static async Task<OurPair> StartAsync(ServerLaunch launch, MigrationOptions options, TimeProvider time, CancellationToken cancellation)
    {
        string[] shards = options.Shards > 0 ? [$"--num_shards={options.Shards}"] : [];
        (ServerProcess source, ServerProcess target) = await StartAsync(
            launch, number => ["--cluster_mode=yes", $"--cluster_node_id=n{number}", .. shards, .. options.Ours.Select(static option => $"--{option}")], cancellation);
        OurPair pair = new(source, target, time);
        try
        {
            await pair.ConfigureAsync(moved: 0, moving: 0, cancellation);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    protected override async Task<Moved> MoveNextAsync(int slots, CancellationToken cancellation)
    {
        await using RespClient watch = await RespClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Source.Port), cancel: cancellation);
        long began = _time.GetTimestamp();
        await ConfigureAsync(MovedSlots, moving: slots, cancellation);
        await UntilAsync(watch, static info => IsOver(Row(info)), cancellation);
        double handedOver = _time.GetElapsedTime(began).TotalSeconds;
        Dictionary<string, string> migration = [];
        await UntilAsync(watch, info => (migration = Row(info)).Count > 0 && info.Number("slot_flushes_active") == 0, cancellation);
        await ConfigureAsync(MovedSlots + slots, moving: 0, cancellation);
        return new Moved(_time.GetElapsedTime(began).TotalSeconds, handedOver, migration.Number("paused_ms"), migration.Number("waiting_max_bytes"));
    }

    private static bool IsOver(Dictionary<string, string> migration)
        => migration["state"] == "FATAL" ? throw new InvalidOperationException($"the migration failed: {migration["error"]}") : migration["state"] == "FINISHED";

    // direction=out,peer=n2,state=SYNC,...
    private static Dictionary<string, string> Row(Dictionary<string, string> info)
        => ServerInfo.Parse(info["migration0"].Replace('=', ':').Replace(',', '\n'));

    private async Task UntilAsync(RespClient watch, Func<Dictionary<string, string>, bool> isSo, CancellationToken cancellation)
    {
        while (!isSo(ServerInfo.Parse((await watch.ExecuteAsync(["INFO", "cluster"], cancellation)).Text)))
            await Task.Delay(Rest, _time, cancellation);
    }

    private async Task ConfigureAsync(int moved, int moving, CancellationToken cancellation)
    {
        ClusterNodeInfo source = Node(Source, "n1"), target = Node(Target, "n2");
        SlotMigration[] migrations = moving > 0 ? [new([new SlotRange(moved, moved + moving - 1)], target.Id, target.Ip, target.Port)] : [];
        ClusterShard[] shards =
        [
            new(moved < KeySlot.Count ? [new SlotRange(moved, KeySlot.Count - 1)] : [], source, [], migrations),
            new(moved > 0 ? [new SlotRange(0, moved - 1)] : [], target, [], []),
        ];
        ClusterConfig config = ClusterConfig.TryMake(shards, ++_epoch, out string? error) ?? throw new InvalidOperationException(error);
        string json = Encoding.UTF8.GetString(ClusterJson.Write(config));
        // The target first, so that it knows of the migration when the source asks.
        await AskAsync(Target, ["DFLYCLUSTER", "CONFIG", json], cancellation);
        await AskAsync(Source, ["DFLYCLUSTER", "CONFIG", json], cancellation);
    }

    private static ClusterNodeInfo Node(ServerProcess server, string id) => new(id, IPAddress.Loopback.ToString(), server.Port);
}
