using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Which commands are served while data is loaded: those that redis-server 7.0.15 serves then, by its own table.</summary>
[TestClass]
public sealed class LoadingFlagTests
{
    // Redis 7.2 serves these too.
    private static readonly string[] SinceThen = ["cluster|shards", "cluster|slots"];

    [TestMethod]
    public async Task What_is_served_while_loading_is_what_redis_serves()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        Dictionary<string, bool> theirs = [];
        foreach (RespValue command in (await client.ExecuteAsync("COMMAND")).Items)
            Read(command, theirs);

        List<string> different = [];
        int compared = 0;
        foreach (CommandDescriptor command in CommandFamilies.All.SelectMany(family => family.Commands).SelectMany(WithSubcommands))
        {
            if (!theirs.TryGetValue(command.FullName, out bool served))
                continue;
            compared++;
            if (served != command.Has(CommandFlags.Loading))
                different.Add(command.FullName);
        }

        Assert.IsGreaterThan(250, compared);
        CollectionAssert.AreEquivalent(SinceThen, different);
        Assert.IsFalse(theirs["ping"], "redis itself answers -LOADING to PING");
    }

    // A command with subcommands is served as these are.
    private static IEnumerable<CommandDescriptor> WithSubcommands(CommandDescriptor command)
        => command.Subcommands.Count == 0 || command.FullName == "command" ? [command] : command.Subcommands;

    private static void Read(RespValue command, Dictionary<string, bool> into)
    {
        into.Add(command.Items[0].Text, command.Items[2].Items.Any(static flag => flag.Text == "loading"));
        foreach (RespValue sub in command.Items[9].Items)
            Read(sub, into);
    }
}
