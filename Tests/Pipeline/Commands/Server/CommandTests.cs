using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Server;

/// <summary>What COMMAND, ACL and CONFIG tell tools, beside redis-server.</summary>
[TestClass]
public sealed class CommandTests
{
    [TestMethod]
    public async Task KeysAreUsedAsRedisSaysOfEachCommand()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        Dictionary<string, string> theirs = KeyFlags(RespValue.Parse(System.Text.Encoding.Latin1.GetBytes(both.Theirs("COMMAND"))));
        Dictionary<string, string> ours = KeyFlags(both.Ours.Ask("COMMAND"));
        string[] compared = [.. ours.Keys.Intersect(theirs.Keys)];
        Assert.IsGreaterThan(150, compared.Length);
        Assert.AreEqual("", string.Join("; ", compared.Where(name => ours[name] != theirs[name]).Select(name => $"{name}: {ours[name]}, redis: {theirs[name]}")));
    }

    [TestMethod]
    public async Task ArgumentsAreThoseThatRedisDocuments()
    {
        // Redis 7.2 has given these a word that 7.0 does not know.
        string[] younger = ["zrank", "zrevrank"];
        await using SideBySide both = await SideBySide.StartAsync();
        Dictionary<string, string> theirs = Arguments(RespValue.Parse(System.Text.Encoding.Latin1.GetBytes(both.Theirs("COMMAND", "DOCS"))));
        Dictionary<string, string> ours = Arguments(both.Ours.Ask("COMMAND", "DOCS"));
        string[] compared = [.. ours.Keys.Intersect(theirs.Keys).Except(younger)];
        Assert.IsGreaterThan(300, compared.Length);
        Assert.AreEqual("", string.Join("; ", compared.Where(name => ours[name] != theirs[name]).Select(name => $"{name}: {ours[name]}, redis: {theirs[name]}")));
        string[] silent =
        [
            .. both.Ours.Engine.Commands.ById.Where(command => !theirs.ContainsKey(command.FullName) && command.Subcommands.Count == 0
                && command.Arity != command.FullName.Split('|').Length && ours[command.FullName].Length == 0).Select(command => command.FullName),
        ];
        Assert.IsEmpty(silent, "of commands that this redis-server does not have: " + string.Join(' ', silent));
    }

    [TestMethod]
    public async Task KeysOfCallsAreToldWithWhatIsDoneToThem()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckInBothProtocols("""
            COMMAND GETKEYSANDFLAGS GET a
            COMMAND GETKEYSANDFLAGS SET a b
            COMMAND GETKEYSANDFLAGS SET a b EX 1 GET
            COMMAND GETKEYSANDFLAGS MSET a 1 b 2
            COMMAND GETKEYSANDFLAGS DEL a b
            COMMAND GETKEYSANDFLAGS COPY a b
            COMMAND GETKEYSANDFLAGS RENAMENX a b
            COMMAND GETKEYSANDFLAGS LMOVE a b LEFT LEFT
            COMMAND GETKEYSANDFLAGS BITOP AND d a b
            COMMAND GETKEYSANDFLAGS ZUNIONSTORE d 2 a b
            COMMAND GETKEYSANDFLAGS SINTERSTORE d a b
            COMMAND GETKEYSANDFLAGS PFMERGE d a b
            COMMAND GETKEYSANDFLAGS SORT a STORE d
            COMMAND GETKEYSANDFLAGS GEORADIUS a 1 1 1 km STORE d
            COMMAND GETKEYSANDFLAGS BITFIELD a GET u8 0
            COMMAND GETKEYSANDFLAGS BITFIELD a SET u8 0 1
            COMMAND GETKEYSANDFLAGS OBJECT ENCODING a
            COMMAND GETKEYSANDFLAGS EVAL x 2 a b
            COMMAND GETKEYSANDFLAGS PING x
            COMMAND GETKEYSANDFLAGS NOSUCH x
            COMMAND GETKEYSANDFLAGS GET a b
            """);
    }

    [TestMethod]
    public async Task ListsAreFilteredAsInRedis()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        foreach (string filter in new[] { "PATTERN xgroup*", "PATTERN GEO*", "PATTERN no-such*", "ACLCAT geo", "ACLCAT nosuch", "MODULE x", "WHAT x", "PATTERN" })
        {
            string[] command = ["COMMAND", "LIST", "FILTERBY", .. filter.Split(' ')];
            Assert.AreEqual(Sorted(both.Theirs(command)), Sorted(both.Ours.Execute(command)), filter);
        }
    }

    [TestMethod]
    public async Task TheOneUserIsToldAsInRedis()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckInBothProtocols("""
            ACL WHOAMI
            ACL USERS
            ACL LIST
            ACL GETUSER default
            ACL GETUSER nobody
            ACL CAT
            ACL CAT nosuch
            ACL GENPASS x
            ACL GENPASS 0
            ACL GENPASS 4097
            ACL GENPASS 1 2
            ACL CAT a b
            ACL WHAT
            MODULE LIST
            FAILOVER
            REPLICAOF NO ONE
            SLAVEOF NO ONE
            """);
        Assert.HasCount(64, both.Ours.Ask("ACL", "GENPASS").Text);
        Assert.HasCount(2, both.Ours.Ask("ACL", "GENPASS", "5").Text);
        Assert.AreNotEqual(both.Ours.Execute("ACL", "GENPASS"), both.Ours.Execute("ACL", "GENPASS"));
    }

    [TestMethod]
    public async Task OptionsThatAreOnlyToldAreThoseOfRedisAndCannotBeSetToAnythingElse()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        foreach (string name in DragonflyFlow.Pipeline.Configuration.StoreOptions.Told.Select(option => option.DashedName))
        {
            StringAssert.Contains(both.Theirs("CONFIG", "GET", name), name, StringComparison.Ordinal);
            RespValue told = both.Ours.Ask("CONFIG", "GET", name);
            Assert.AreEqual("+OK\r\n", both.Ours.Execute("CONFIG", "SET", name, told.Items[1].Text), name);
            StringAssert.StartsWith(both.Ours.Execute("CONFIG", "SET", name, "something else"), "-ERR CONFIG SET failed", StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, string> Arguments(RespValue docs)
    {
        Dictionary<string, string> found = [];
        Add(docs);
        return found;

        void Add(RespValue commands)
        {
            for (int i = 0; i < commands.Items.Count; i += 2)
            {
                RespValue entries = commands[i + 1];
                found[commands[i].Text] = "";
                for (int entry = 0; entry < entries.Items.Count; entry += 2)
                {
                    if (entries[entry].Text == "arguments")
                        found[commands[i].Text] = entries[entry + 1].ToString();
                    else if (entries[entry].Text == "subcommands")
                        Add(entries[entry + 1]);
                }
            }
        }
    }

    private static Dictionary<string, string> KeyFlags(RespValue commands)
    {
        Dictionary<string, string> found = [];
        foreach (RespValue command in commands.Items.SelectMany(command => new[] { command }.Concat(command.Items[9].Items)))
        {
            // name, arity, flags, first, last, step, categories, tips, key specifications, subcommands
            if (command.Items[8].Items.Count == 0)
                continue;
            IReadOnlyList<RespValue> specification = command.Items[8].Items[0].Items;
            RespValue flags = specification[specification.Index().First(part => part.Item.Text == "flags").Index + 1];
            if (!flags.Items.Any(flag => flag.Text is "not_key"))
                found[command.Items[0].Text] = string.Join(' ', flags.Items.Select(flag => flag.Text).Where(flag => flag is not ("variable_flags" or "incomplete")));
        }

        return found;
    }

    private static string Sorted(string reply) => string.Join('\n', reply.Split("\r\n").Order(StringComparer.Ordinal));
}
