using System.Text;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>INFO [section ...]. Holds all shards, so that what it adds up is of one moment.</summary>
internal static class InfoCommand
{
    private static readonly InfoSection[] Sections =
    [
        new("server", true, ServerInfo.Server),
        new("clients", true, ServerInfo.Clients),
        new("memory", true, MemoryInfo.Memory),
        new("persistence", true, ServerInfo.Persistence),
        new("stats", true, StatsInfo.Stats),
        new("replication", true, ServerInfo.Replication),
        new("cpu", true, ServerInfo.Cpu),
        new("modules", true, static (_, _) => { }),
        new("commandstats", false, StatsInfo.CommandStatistics),
        new("errorstats", true, StatsInfo.ErrorStatistics),
        new("latencystats", false, StatsInfo.LatencyStatistics),
        new("cluster", true, Cluster.ClusterInfo.Section),
        new("keyspace", true, StatsInfo.Keyspace),
        new("transaction", false, TransactionInfo.Transactions),
        new("flow", false, ServerInfo.Flow),
    ];

    public static void Info(ref CommandCall call)
    {
        InfoText text = new();
        bool first = true;
        foreach (InfoSection section in Sections)
        {
            if (!IsWanted(ref call, section))
                continue;
            text.Begin(section.Name, first);
            section.Write(text, call.Engine);
            first = false;
        }

        call.Reply.Verbatim("txt", Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static bool IsWanted(ref CommandCall call, InfoSection section)
    {
        if (call.Count == 1)
            return section.IsDefault;
        for (int i = 1; i < call.Count; i++)
        {
            if (call.Args.Is(i, section.Name) || call.Args.Is(i, "ALL") || call.Args.Is(i, "EVERYTHING") || (section.IsDefault && call.Args.Is(i, "DEFAULT")))
                return true;
        }

        return false;
    }

    private sealed record InfoSection(string Name, bool IsDefault, Action<InfoText, Shards.StoreEngine> Write);
}
