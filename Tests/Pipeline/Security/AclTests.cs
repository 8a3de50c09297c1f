using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Security;

/// <summary>What restricted users meet: at the door, in pipelines, in MULTI, in scripts, at channels; and what becomes of them when their rules change.</summary>
[TestClass]
public sealed class AclTests
{
    private const string NoDel = "-NOPERM User al has no permissions to run the 'del' command\r\n";
    private const string NoKey = "-NOPERM No permissions to access a key\r\n";
    private const string NoChannel = "-NOPERM No permissions to access a channel\r\n";
    private const string Wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

    [TestMethod]
    public void A_user_comes_in_with_any_of_his_passwords_while_he_is_on()
    {
        using InProcessClient admin = new();
        using InProcessClient al = new(admin.Engine);
        Assert.AreEqual(Wrong, al.Line("AUTH al one"));
        admin.Line("ACL SETUSER al >one >two +@all");
        Assert.AreEqual(Wrong, al.Line("AUTH al one"));
        admin.Line("ACL SETUSER al on");
        Assert.AreEqual("+OK\r\n", al.Line("AUTH al two"));
        Assert.AreEqual("al", al.Ask("ACL", "WHOAMI").Text);
        Assert.AreEqual(Wrong, al.Line("AUTH al three"));
        Assert.AreEqual("al", al.Ask("ACL", "WHOAMI").Text);
        StringAssert.Contains(admin.Ask("CLIENT", "LIST").Text, "user=al ");
        Assert.AreEqual("+RESET\r\n", al.Line("RESET"));
        Assert.AreEqual("default", al.Ask("ACL", "WHOAMI").Text);
        admin.Line("ACL SETUSER al off");
        Assert.AreEqual(Wrong, al.Line("HELLO 3 AUTH al one"));
    }

    [TestMethod]
    public void The_default_user_can_be_given_a_password_be_restricted_and_be_turned_off()
    {
        using InProcessClient admin = new();
        admin.Line("ACL SETUSER boss on >x ~* &* +@all");
        admin.Line("AUTH boss x");
        admin.Line("ACL SETUSER default resetpass >pw");
        using InProcessClient other = new(admin.Engine);
        Assert.AreEqual("-NOAUTH Authentication required.\r\n", other.Line("GET a"));
        Assert.AreEqual("+OK\r\n", other.Line("AUTH pw"));
        Assert.AreEqual("$-1\r\n", other.Line("GET a"));
        admin.Line("ACL SETUSER default -@all +get");
        Assert.AreEqual("-NOPERM User default has no permissions to run the 'set' command\r\n", other.Line("SET a 1"));
        admin.Line("ACL SETUSER default off nopass +@all");
        using InProcessClient third = new(admin.Engine);
        Assert.AreEqual("-NOAUTH Authentication required.\r\n", third.Line("GET a"));
        Assert.AreEqual(Wrong, third.Line("AUTH default x"));
        admin.Engine.Config.Set([new("requirepass", "new")]);
        admin.Line("ACL SETUSER default on");
        Assert.AreEqual("+OK\r\n", third.Line("AUTH new"));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void What_is_not_allowed_is_refused_and_what_is_allowed_runs(int shards)
    {
        using InProcessClient admin = new(shards);
        using InProcessClient al = Restricted(admin, "~a* &c* +get +set +mget +multi +exec +discard +publish +subscribe +psubscribe +acl|whoami +object +eval");
        string replies = al.Pipeline(["SET", "a1", "1"], ["GET", "b"], ["DEL", "a1"], ["MGET", "a1", "a2"], ["MGET", "a1", "b"], ["ACL", "LIST"], ["GET", "a1"]);
        Assert.AreEqual("+OK\r\n" + NoKey + NoDel + "*2\r\n$1\r\n1\r\n$-1\r\n" + NoKey + NoDel.Replace("del", "acl|list", StringComparison.Ordinal) + "$1\r\n1\r\n", replies);
        Assert.AreEqual(NoChannel, al.Line("PUBLISH d m"));
        Assert.AreEqual(":0\r\n", al.Line("PUBLISH cx m"));
        Assert.AreEqual(NoChannel, al.Line("SUBSCRIBE cx d"));
        Assert.AreEqual(NoChannel, al.Line("PSUBSCRIBE cx*"));
        StringAssert.Contains(al.Line("PSUBSCRIBE c*"), "psubscribe");
        // What is wrong in itself is told as to anybody.
        StringAssert.StartsWith(al.Line("NOSUCH"), "-ERR unknown command");
        StringAssert.StartsWith(al.Line("GET"), "-ERR wrong number");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void In_MULTI_a_denied_command_spoils_the_transaction_and_EXEC_looks_again(int shards)
    {
        using InProcessClient admin = new(shards);
        using InProcessClient al = Restricted(admin, "~a* &c* +get +set +multi +exec +publish +ping");
        al.Line("MULTI");
        Assert.AreEqual(NoDel, al.Line("DEL a"));
        StringAssert.StartsWith(al.Line("EXEC"), "-EXECABORT");
        Assert.AreEqual("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n", al.Pipeline(["MULTI"], ["SET", "a1", "1"], ["GET", "a2"], ["PUBLISH", "c", "m"], ["PING"]));
        admin.Line("ACL SETUSER al resetkeys ~a2 resetchannels -ping");
        string[] replies = [.. al.Ask("EXEC").Items.Select(reply => reply.Text)];
        Assert.AreEqual("NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to touch the specified keys", replies[0]);
        Assert.AreEqual("", replies[1]);
        StringAssert.EndsWith(replies[2], "no permission to access one of the channels used as arguments to the command");
        StringAssert.EndsWith(replies[3], "no permission to execute the command or subcommand");
        Assert.AreEqual("$-1\r\n", admin.Line("GET a1"));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Scripts_and_functions_may_do_what_their_caller_may(int shards)
    {
        using InProcessClient admin = new(shards);
        admin.Execute("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(keys) return redis.call('set', keys[1], 'x') end)");
        using InProcessClient al = Restricted(admin, "~a* &c* +get +eval +fcall +publish");
        StringAssert.StartsWith(al.Execute("EVAL", "return redis.call('set', 'a', 'x')", "0"), "-ERR ACL failure in script: User al has no permissions to run the 'set' command script: ");
        StringAssert.StartsWith(al.Execute("EVAL", "return redis.call('get', 'b')", "0"), "-ERR ACL failure in script: No permissions to access a key script: ");
        StringAssert.StartsWith(al.Execute("EVAL", "return redis.call('publish', 'd', 'm')", "0"), "-ERR ACL failure in script: No permissions to access a channel script: ");
        Assert.AreEqual("$-1\r\n", al.Execute("EVAL", "return redis.call('get', 'a')", "0"));
        Assert.AreEqual(NoKey, al.Execute("EVAL", "return 1", "1", "b"));
        StringAssert.Contains(al.Execute("FCALL", "f", "1", "a"), "ACL failure in script: User al has no permissions to run the 'set' command");
        Assert.AreEqual("*3\r\n:1\r\n$-1\r\n$-1\r\n", al.Execute("EVAL", "return {redis.acl_check_cmd('get', 'a'), redis.acl_check_cmd('get', 'b'), redis.acl_check_cmd('set', 'a', 'x')}", "0"));
        Assert.AreEqual(":1\r\n", admin.Execute("EVAL", "return redis.acl_check_cmd('set', 'b', 'x')", "0"));
    }

    [TestMethod]
    public void Patterns_of_SORT_need_a_user_who_may_read_all_keys()
    {
        using InProcessClient admin = new();
        using InProcessClient al = Restricted(admin, "~a* +sort +sort_ro");
        Assert.AreEqual("-ERR BY option of SORT denied due to insufficient ACL permissions.\r\n", al.Line("SORT ax BY a*"));
        Assert.AreEqual("-ERR GET option of SORT denied due to insufficient ACL permissions.\r\n", al.Line("SORT ax BY nosort GET a*"));
        Assert.AreEqual("*0\r\n", al.Line("SORT ax BY nosort"));
        admin.Line("ACL SETUSER al %R~*");
        Assert.AreEqual("*0\r\n", al.Line("SORT ax BY a* GET b*"));
    }

    [TestMethod]
    public void Deleted_users_and_those_who_listen_to_what_they_may_not_hear_any_more_are_disconnected()
    {
        using InProcessClient admin = new();
        using InProcessClient listener = Restricted(admin, "&* +subscribe +psubscribe +ssubscribe");
        using InProcessClient narrow = Restricted(admin, "&c +subscribe", "narrow");
        using InProcessClient patterns = Restricted(admin, "&* +psubscribe", "patterns");
        listener.Line("SSUBSCRIBE d");
        narrow.Line("SUBSCRIBE c");
        patterns.Line("PSUBSCRIBE c*");
        admin.Line("ACL SETUSER narrow resetchannels &c &e");
        admin.Line("ACL SETUSER al resetchannels &c");
        admin.Line("ACL SETUSER patterns resetchannels &cx");
        Assert.IsNull(narrow.ClosedBecause);
        Assert.AreEqual("ACL SETUSER", listener.ClosedBecause);
        Assert.AreEqual("ACL SETUSER", patterns.ClosedBecause);
        Assert.AreEqual(":1\r\n", admin.Line("ACL DELUSER narrow nobody"));
        Assert.AreEqual("ACL DELUSER", narrow.ClosedBecause);
        Assert.AreEqual("-NOPERM User narrow has no permissions to run the 'get' command\r\n", narrow.Line("GET a"));
    }

    [TestMethod]
    public void A_user_who_deletes_himself_has_his_answer_and_is_gone()
    {
        using InProcessClient admin = new();
        using InProcessClient al = Restricted(admin, "+@all");
        Assert.AreEqual(":1\r\n", al.Line("ACL DELUSER al"));
        Assert.IsTrue(al.Session.Client.CloseAfterReply);
        Assert.AreEqual("*1\r\n$7\r\ndefault\r\n", admin.Line("ACL USERS"));
    }

    [TestMethod]
    public void Clients_are_killed_by_their_user()
    {
        using InProcessClient admin = new();
        using InProcessClient al = Restricted(admin, "+@all");
        Assert.AreEqual("-ERR No such user 'nobody'\r\n", admin.Line("CLIENT KILL USER nobody"));
        Assert.AreEqual(":1\r\n", admin.Line("CLIENT KILL USER al"));
        Assert.AreEqual("CLIENT KILL", al.ClosedBecause);
    }

    [TestMethod]
    public void Denials_are_logged_the_same_again_counts_up_and_the_log_has_a_length()
    {
        ManualTimeProvider time = new();
        using InProcessClient admin = new(time: time);
        using InProcessClient al = Restricted(admin, "~a* +get +eval +multi +discard");
        al.Line("GET b");
        al.Line("GET b");
        time.Advance(TimeSpan.FromSeconds(61));
        al.Line("GET b");
        al.Line("DEL a");
        al.Execute("EVAL", "return redis.pcall('publish', 'd', 'm').err", "0");
        al.Line("MULTI");
        al.Line("SET a 1");
        al.Line("DISCARD");
        al.Line("AUTH al wrong");
        RespValue log = admin.Ask("ACL", "LOG");
        Assert.AreEqual("1 auth toplevel AUTH al, 1 command multi set al, 1 command lua publish al, 1 command toplevel del al, 1 key toplevel b al, 2 key toplevel b al", string.Join(", ", log.Items.Select(Shown)));
        StringAssert.Contains(log.Items[0].Items[13].Text, "user=al ");
        Assert.AreEqual("*1", admin.Line("ACL LOG 1")[..2]);
        StringAssert.Contains(admin.Ask("INFO", "stats").Text, "acl_access_denied_cmd:3");
        admin.Engine.Config.Set([new("acllog-max-len", "2")]);
        Assert.HasCount(2, admin.Ask("ACL", "LOG").Items);
        admin.Line("ACL LOG RESET");
        Assert.AreEqual("*0\r\n", admin.Line("ACL LOG"));
    }

    [TestMethod]
    public void New_users_get_the_channels_of_the_option()
    {
        using InProcessClient admin = new();
        admin.Engine.Config.Set([new("acl-pubsub-default", "allchannels")]);
        admin.Line("ACL SETUSER al");
        StringAssert.Contains(admin.Line("ACL LIST"), "user al off &* -@all");
        Assert.AreEqual(NewUserChannels.AllChannels, admin.Engine.Config.Get(StoreOptions.AclPubSubDefault));
    }

    private static InProcessClient Restricted(InProcessClient admin, string rules, string name = "al")
    {
        Assert.AreEqual("+OK\r\n", admin.Line($"ACL SETUSER {name} on >p {rules}"));
        InProcessClient client = new(admin.Engine);
        Assert.AreEqual("+OK\r\n", client.Line($"AUTH {name} p"));
        return client;
    }

    private static string Shown(RespValue entry) => $"{entry.Items[1].Integer} {entry.Items[3].Text} {entry.Items[5].Text} {entry.Items[7].Text} {entry.Items[9].Text}";
}
