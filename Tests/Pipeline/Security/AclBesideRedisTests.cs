using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Security;

/// <summary>
/// Rules beside redis-server 7.0.15: what they make of a user, and what the user may then do, by ACL DRYRUN. Two differences are Redis 7.2's: denials name the user,
/// and rules of commands stay as they were given, where 7.0 looks for a shorter way to say them; the lines compared here have none shorter.
/// </summary>
[TestClass]
public sealed class AclBesideRedisTests
{
    // Calls of every kind: read, write, both, several keys, movable keys, channels, patterns, subcommands, without keys, open to everybody.
    private static readonly string[] Calls =
    [
        "GET ax", "GET x", "SET ax 1", "SET x 1", "SET ax 1 GET", "EXISTS ax", "EXISTS x", "DEL ax", "MGET ax ay", "MGET ax x", "MSET ax 1 bx 2", "COPY ax bx", "RENAME ax bx", "RENAME bx ax", "LMOVE ax bx LEFT LEFT", "BLMPOP 0 2 ax bx LEFT",
        "BITFIELD ax GET u8 0", "BITFIELD ax SET u8 0 1", "BITOP AND ax bx by", "ZUNIONSTORE ax 2 bx by", "SORT ax STORE bx", "SORT_RO ax", "GEORADIUS ax 1 1 1 km STORE bx", "XREAD STREAMS ax bx 0 0", "XREADGROUP GROUP g c STREAMS ax bx 0 0",
        "XGROUP CREATE ax g 0", "OBJECT ENCODING ax", "OBJECT HELP", "MEMORY USAGE ax", "EVAL x 1 ax", "EVAL_RO x 1 x", "EVALSHA x 0", "FCALL f 1 bx", "PUBLISH cx m", "PUBLISH d m", "SPUBLISH cx m", "SUBSCRIBE cx", "SUBSCRIBE cx d", "PSUBSCRIBE c*",
        "PSUBSCRIBE cx", "SSUBSCRIBE cx", "UNSUBSCRIBE d", "PING", "AUTH x", "HELLO 3", "QUIT", "RESET", "SELECT 0", "SELECT 1", "SWAPDB 0 1", "FLUSHALL", "KEYS *", "SCAN 0", "CONFIG GET x", "CONFIG SET x y", "CLIENT ID", "CLIENT LIST", "CLIENT KILL x",
        "ACL WHOAMI", "ACL LIST", "MULTI", "EXEC", "WATCH ax", "SHUTDOWN", "TOUCH ax", "TYPE ax", "PFCOUNT ax bx", "PFMERGE ax bx", "GETDEL ax", "GETEX ax", "SINTERSTORE ax bx", "SDIFF ax bx", "ZADD ax 1 m", "HSET ax f v",
        "LPUSH ax 1", "APPEND ax 1", "STRLEN ax", "SETRANGE ax 0 x", "DUMP ax", "RESTORE ax 0 x", "EXPIRE ax 1", "TTL ax", "PERSIST ax", "MIGRATE h 1 ax 0 1", "INFO", "TIME", "COMMAND COUNT", "LATENCY RESET", "SLOWLOG GET", "SCRIPT LOAD x", "FUNCTION LIST",
    ];

    private static readonly string[] RuleSets =
    [
        "+@all ~* &*", "+@all ~a* &c*", "+@all %R~a* %W~b* &c*", "+@all %R~a* %RW~b* resetchannels", "+@all %W~a* %R~b* allchannels", "+@all -@all", "+@all -@write ~* &*", "+@read ~* &*", "+@write ~a*", "-@all +get +set ~a*", "+get ~a* (+set ~b*) (+@all ~x &d)",
        "+@all ~* &* -get -config|set", "-@all +config|get +client|id +select|0", "+select +config -config|get ~*", "+@all -select +select|0 ~*", "+@all ~* &* -@dangerous", "+@all ~* &* -@admin +shutdown", "+@fast ~*", "+@slow ~* allchannels", "+@keyspace ~*",
        "+@pubsub &c*", "+@pubsub &c* &d", "+@scripting ~*", "+@connection", "+@blocking ~a* ~b*", "+@transaction", "nocommands allkeys", "allcommands resetkeys allchannels", "+get ~a* ~x", "+@all %R~*", "+@all %W~*", "+@all ~a? &c? ~[bx]*", "+@all &c\\* ~\\*",
        "+get +get|x -get", "+acl|whoami +acl|list -acl|list", "+@string -set ~a* +@hash -@hash +hset", "+@all ~b* (+@all ~a*)", "(+@all %R~a*) (+@all %W~a* &c*)", "+copy ~a*", "+copy %R~a* %W~b*", "+copy %W~a* %R~b*",
    ];

    [TestMethod]
    public async Task Rules_make_the_same_user()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckInBothProtocols("""
            ACL SETUSER bob
            ACL GETUSER bob
            ACL SETUSER bob on >pw ~a* %R~b* %RW~c* &ch* +@read -get +config|get +select|0 -@all +get (+set ~x)
            ACL GETUSER bob
            ACL SETUSER bob (+set ~y)
            ACL SETUSER bob (+set
            ACL SETUSER bob (+set ~z on
            ACL SETUSER bob +nope
            ACL SETUSER bob +@nope
            ACL SETUSER bob -nope
            ACL SETUSER bob -config|nope
            ACL SETUSER bob +config|nope
            ACL SETUSER bob +config|get|x
            ACL SETUSER bob +config|
            ACL SETUSER bob +
            ACL SETUSER bob -
            ACL SETUSER bob +@
            ACL SETUSER bob ~* ~x
            ACL LIST
            ACL SETUSER bob allchannels &x
            ACL SETUSER bob #zz
            ACL SETUSER bob <zz
            ACL SETUSER bob !zz
            ACL SETUSER bob foo
            ACL SETUSER bob ''
            ACL SETUSER bob (on)
            ACL SETUSER bob (+nope)
            ACL SETUSER bob ()
            ACL LIST
            ACL SETUSER bob >a >a >b <a skip-sanitize-payload
            ACL LIST
            ACL SETUSER bob nopass
            ACL SETUSER bob <b
            ACL SETUSER bob #a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3
            ACL SETUSER bob #A665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3
            ACL LIST
            ACL SETUSER bob !a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3
            ACL SETUSER bob %~x
            ACL SETUSER bob %X~x
            ACL SETUSER bob %RR~x
            ACL SETUSER bob resetkeys %WR~x %R~x %w~y ~y
            ACL SETUSER bob resetchannels &x &x &y
            ACL LIST
            """);
    }

    [TestMethod]
    public async Task Users_are_reset_listed_and_deleted_the_same()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckInBothProtocols("""
            ACL SETUSER bob reset
            ACL SETUSER bob ON RESETPASS ALLKEYS ALLCHANNELS ALLCOMMANDS
            ACL GETUSER bob
            ACL SETUSER bob RESETKEYS RESETCHANNELS NOCOMMANDS CLEARSELECTORS OFF SANITIZE-PAYLOAD
            ACL LIST
            ACL SETUSER al on +get +GET (~x +get) (%R~y +set &z) clearselectors (allkeys allchannels +@all)
            ACL LIST
            ACL USERS
            ACL DRYRUN nobody get x
            ACL DRYRUN al nope
            ACL DRYRUN al get
            ACL DELUSER default
            ACL DELUSER bob nobody default
            ACL DELUSER bob nobody al
            ACL LIST
            ACL WHOAMI
            ACL LOAD
            ACL SAVE
            ACL LOG
            ACL LOG RESET
            ACL LOG -1
            ACL LOG x
            """);
        both.Check("ACL", "SETUSER", "a b", "on");
        both.Check("ACL", "SETUSER", "bob", "~a b");
        both.Check("ACL", "SETUSER", "caf\u00e9", "on", "~\u00ff*", "&\u0001");
        both.Check("ACL", "GETUSER", "caf\u00e9");
        both.Check("ACL", "LIST");
    }

    [TestMethod]
    public async Task Users_may_do_the_same()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        int denied = 0;
        foreach (string rules in RuleSets)
        {
            both.Check(["ACL", "SETUSER", "u", "reset", .. rules.Split(' ')]);
            foreach (string call in Calls)
            {
                string[] dryRun = ["ACL", "DRYRUN", "u", .. call.Split(' ')];
                string theirs = both.Theirs(dryRun);
                if (theirs.Contains("not found", StringComparison.Ordinal) || call.StartsWith("MIGRATE", StringComparison.Ordinal))
                    continue;
                string expected = RespValue.Parse(System.Text.Encoding.Latin1.GetBytes(theirs)).Text.Replace("This user", "User u", StringComparison.Ordinal);
                Assert.AreEqual(expected, both.Ours.Ask(dryRun).Text, $"{rules}: {call}");
                denied += expected == "OK" ? 0 : 1;
            }
        }

        Assert.IsGreaterThan(1000, denied);
    }

    [TestMethod]
    public async Task Commands_are_in_the_same_categories()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        Dictionary<string, string[]> ours = Categories(command => both.Ours.Ask(command));
        Dictionary<string, string[]> theirs = Categories(command => RespValue.Parse(System.Text.Encoding.Latin1.GetBytes(both.Theirs(command))));
        HashSet<string> known = [.. ours.Values.SelectMany(names => names).Intersect(theirs.Values.SelectMany(names => names))];
        Assert.IsGreaterThan(250, known.Count);
        foreach (string category in ours.Keys)
        {
            IEnumerable<string> different = ours[category].Except(theirs[category]).Union(theirs[category].Except(ours[category]));
            // WAIT is among the blocking commands since 7.2, and DEBUG has no subcommands of its own there.
            Assert.AreEqual("", string.Join(' ', different.Where(name => known.Contains(name) && (category, name) != ("blocking", "wait") && name != "debug")), category);
        }
    }

    private static Dictionary<string, string[]> Categories(Func<string[], RespValue> ask)
        => Names(ask(["ACL", "CAT"])).ToDictionary(category => category, category => Names(ask(["ACL", "CAT", category])));

    private static string[] Names(RespValue names) => [.. names.Items.Select(name => name.Text)];
}
