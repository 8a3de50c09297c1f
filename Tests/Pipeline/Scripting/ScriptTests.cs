using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>Scripts over one and several shards: atomic, sandboxed, bounded.</summary>
[TestClass]
public class ScriptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void A_script_may_use_keys_it_does_not_name(int shards)
    {
        using InProcessClient client = new(shards);
        Assert.AreEqual(":10\r\n", client.Execute("EVAL", "for i = 1, 10 do redis.call('set', 'key' .. i, i) end return redis.call('dbsize')", "0"));
        Assert.AreEqual("$1\r\n7\r\n", client.Execute("GET", "key7"));
    }

    [TestMethod]
    public void With_refuse_or_by_its_own_flag_a_script_gets_no_other_shards()
    {
        using InProcessClient client = new(shards: 8);
        const string Script = "local n = 0 for i = 1, 50 do local ok, e = pcall(redis.call, 'set', 'key' .. i, i) if not ok then n = n + 1 end end return n > 10";
        Assert.AreEqual(":1\r\n", client.Execute("EVAL", "#!lua flags=disallow-undeclared-keys\n" + Script, "1", "k"));
        Assert.AreEqual("$-1\r\n", client.Execute("EVAL", Script, "1", "k"));
        client.Execute("CONFIG", "SET", "lua_undeclared_keys", "refuse");
        Assert.AreEqual(":1\r\n", client.Execute("EVAL", Script, "1", "k"));
        Assert.AreEqual("+OK\r\n", client.Execute("EVAL", "return redis.call('mset', KEYS[1], 1, KEYS[2], 2, KEYS[3], 3)", "3", "a", "b", "c"));
    }

    [TestMethod]
    [DataRow("lua_hard_time_limit", "20", "while true do end")]
    [DataRow("lua_instruction_limit", "1000000", "while true do end")]
    [DataRow("lua_instruction_limit", "1000000", "while true do pcall(function() while true do end end) end")]
    [DataRow("lua_instruction_limit", "1000000", "local run = coroutine.wrap(function() while true do end end) return run()")]
    [DataRow("lua_instruction_limit", "1000000", "while true do redis.call('get', KEYS[1]) end")]
    public void What_runs_too_long_is_ended_and_what_has_written_is_not(string option, string limit, string endless)
    {
        using InProcessClient client = new(shards: 2);
        Assert.AreEqual("+OK\r\n", client.Execute("CONFIG", "SET", option, limit));
        StringAssert.StartsWith(client.Execute("EVAL", endless, "1", "key"), "-ERR Error running script: it ran for ", StringComparison.Ordinal);
        Assert.AreEqual(":10000\r\n", client.Execute("EVAL", "local n = 0 for i = 1, 10000 do n = n + 1 end return n", "1", "key"));
        const string Writer = "redis.call('set', KEYS[1], 'v') local n = 0 for i = 1, 20000000 do n = n + 1 end return n";
        Assert.AreEqual(":20000000\r\n", client.Execute("EVAL", Writer, "1", "key"));
    }

    [TestMethod]
    [DataRow(1, "")]
    [DataRow(3, "")]
    [DataRow(8, "#!lua flags=disallow-undeclared-keys\n")]
    public async Task Transfers_by_script_are_seen_whole_or_not_at_all(int shards, string flags)
    {
        const int Accounts = 6, Rounds = 1000;
        using InProcessClient auditor = new(shards);
        for (int i = 0; i < Accounts; i++)
            auditor.Execute("SET", $"account{i}", "100");
        string transfer = flags + "redis.call('decrby', KEYS[1], ARGV[1]) redis.call('incrby', KEYS[2], ARGV[1]) return 1";
        Task[] transfers = [.. Enumerable.Range(1, 3).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            using InProcessClient client = new(auditor.Engine);
            for (int round = 0; round < Rounds; round++)
            {
                string amount = random.Next(1, 10).ToString(CultureInfo.InvariantCulture);
                Assert.AreEqual(":1\r\n", client.Execute("EVAL", transfer, "2", $"account{random.Next(Accounts)}", $"account{random.Next(Accounts)}", amount));
            }
        }))];
        string[] audit = ["MGET", .. Enumerable.Range(0, Accounts).Select(i => $"account{i}")];
        int audits = 0;
        while (!Task.WhenAll(transfers).IsCompleted || audits == 0)
        {
            Assert.AreEqual(100L * Accounts, auditor.Execute(audit).Split("\r\n").Where(line => long.TryParse(line, out _)).Sum(long.Parse), $"audit {audits}");
            audits++;
        }

        await Task.WhenAll(transfers).WaitAsync(Patience);
    }

    [TestMethod]
    [DataRow("return io")]
    [DataRow("return require('os')")]
    [DataRow("return dofile('x')")]
    [DataRow("return loadfile('x')")]
    [DataRow("return debug.getinfo(1)")]
    [DataRow("return string.dump(function() end)")]
    [DataRow("return load('\\27Lua')()")]
    [DataRow("return os.execute('true')")]
    [DataRow("return package.path")]
    [DataRow("setmetatable(_G, nil) x = 1")]
    [DataRow("getmetatable(_G).__newindex = nil")]
    [DataRow("getmetatable('').__index = nil")]
    [DataRow("rawset(string, 'len', nil)")]
    [DataRow("_G.redis = {}")]
    [DataRow("math.floor = nil")]
    [DataRow("coroutine.wrap(function() x = 1 end)()")]
    [DataRow("load('x = 1')()")]
    public void The_sandbox_keeps(string script)
    {
        using InProcessClient client = new();
        StringAssert.StartsWith(client.Execute("EVAL", script, "0"), "-ERR", StringComparison.Ordinal);
        Assert.AreEqual("*2\r\n:3\r\n$1\r\n1\r\n", client.Execute("EVAL", "return {string.len('abc'), tostring(math.floor(1.5))}", "0"), "the next script finds all in order");
    }

    [TestMethod]
    [DataRow("while true do end")]
    [DataRow("repeat until false")]
    [DataRow("::again:: goto again")]
    [DataRow("for i = 1, 1e300 do end")]
    [DataRow("for _ in pairs({1}) do while redis do end end")]
    [DataRow("local function f() return f() end return f()")]
    [DataRow("return loadstring('while true do end')()")]
    [DataRow("return coroutine.wrap(loadstring)('while true do end')()")]
    [DataRow("while true do pcall(function() while true do end end) end")]
    [DataRow("coroutine.wrap(function() while true do end end)()")]
    [DataRow("local co = coroutine.create(function() while true do end end) while true do coroutine.resume(co) end")]
    [DataRow("return xpcall(function() while true do end end, function() while true do end end)")]
    [DataRow("setmetatable({}, {__gc = function() while true do end end}) collectgarbage() while true do end")]
    public async Task A_script_that_never_ends_makes_the_store_busy_and_can_be_killed(string script)
    {
        using InProcessClient client = new();
        using InProcessClient runner = new(client.Engine);
        client.Execute("CONFIG", "SET", "lua-time-limit", "0");
        Task<string> running = Task.Run(() => runner.Execute("EVAL", script, "0"));
        Assert.IsTrue(SpinWait.SpinUntil(() => client.Engine.Scripts.Control.IsBusy, Patience));
        StringAssert.StartsWith(client.Execute("GET", "k"), "-BUSY", StringComparison.Ordinal);
        Assert.AreEqual("+OK\r\n", client.Execute("SCRIPT", "KILL"));
        StringAssert.Contains(await running.WaitAsync(Patience), "-ERR Script killed by user with SCRIPT KILL... script: ", StringComparison.Ordinal);
        Assert.AreEqual("$-1\r\n", client.Execute("GET", "k"));
        Assert.AreEqual("-NOTBUSY No scripts in execution right now.\r\n", client.Execute("SCRIPT", "KILL"));
    }

    [TestMethod]
    public async Task A_script_that_has_written_is_not_killed()
    {
        using InProcessClient client = new();
        using InProcessClient runner = new(client.Engine);
        client.Execute("CONFIG", "SET", "lua-time-limit", "0");
        Task<string> running = Task.Run(() => runner.Execute("EVAL", "redis.call('set', 'k', '1') for i = 1, 200000000 do end return 'done'", "1", "k"));
        Assert.IsTrue(SpinWait.SpinUntil(() => client.Engine.Scripts.Control.IsBusy && client.Execute("SCRIPT", "KILL").StartsWith("-UNKILLABLE", StringComparison.Ordinal), Patience));
        Assert.AreEqual("$4\r\ndone\r\n", await running.WaitAsync(Patience));
    }

    [TestMethod]
    [DataRow("local t = {} while true do t[#t + 1] = string.rep('x', 1000) .. #t end")]
    [DataRow("return string.rep('x', 1000000000)")]
    public void Memory_is_bounded(string script)
    {
        using InProcessClient client = new();
        client.Execute("CONFIG", "SET", "lua_memory_limit", "50000000");
        StringAssert.StartsWith(client.Execute("EVAL", script, "0"), "-ERR", StringComparison.Ordinal);
        Assert.AreEqual(":1\r\n", client.Execute("EVAL", "return 1", "0"));
    }

    [TestMethod]
    public void A_script_wakes_those_who_wait_once_when_it_is_over()
    {
        using InProcessClient client = new(shards: 3);
        using InProcessClient waiter = new(client.Engine);
        Assert.IsNull(waiter.Begin("BLPOP", "l", "0"));
        Assert.AreEqual(":2\r\n", client.Execute("EVAL", "redis.call('rpush', 'l', 'a') redis.call('lpush', 'l', 'b') return redis.call('llen', 'l')", "0"));
        Assert.AreEqual("*2\r\n$1\r\nl\r\n$1\r\nb\r\n", waiter.Poll());
    }

    [TestMethod]
    public void Inside_multi_and_after_flush_scripts_run()
    {
        using InProcessClient client = new(shards: 3);
        string sha = client.Ask("SCRIPT", "LOAD", "return redis.call('incr', KEYS[1])").ToString();
        string replies = client.Pipeline(["MULTI"], ["EVAL", "return redis.call('incr', KEYS[1])", "1", "n"], ["INCR", "n"], ["EXEC"]);
        StringAssert.EndsWith(replies, "*2\r\n:1\r\n:2\r\n", StringComparison.Ordinal);
        client.Execute("SCRIPT", "FLUSH");
        StringAssert.StartsWith(client.Execute("EVALSHA", sha, "1", "n"), "-NOSCRIPT", StringComparison.Ordinal);
        Assert.AreEqual(":3\r\n", client.Execute("EVAL", "return redis.call('incr', KEYS[1])", "1", "n"));
    }

    // Lua 5.4 drops the frame of a tail call; chunks.lua keeps it where a command is called, and a function that calls itself may still go on for long.
    [TestMethod]
    [DataRow("local x = 1\n\nreturn redis.call('nosuch', x)", "on @user_script:3.")]
    [DataRow("local call = redis.call\nlocal t = {1.5, 'a long string that is no short one, for it has more than forty bytes', 12345678901}\nreturn call('nosuch', t[1], t[2])", "on @user_script:3.")]
    [DataRow("local function f(...)\n  local n = select('#', ...)\n  return redis.call('nosuch', n)\nend\nreturn f(1, 2)", "on @user_script:3.")]
    [DataRow("local function loop(n)\n  if n == 0 then error('end') end\n  return loop(n - 1)\nend\nreturn loop(3000000)", "on @user_script:2.")]
    public void An_error_tells_the_line_of_the_call(string script, string where)
    {
        using InProcessClient client = new();
        StringAssert.EndsWith(client.Execute("EVAL", script, "0"), where + "\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_monitor_shows_a_scripts_commands_as_lua()
    {
        using InProcessClient client = new();
        using InProcessClient monitor = new(client.Engine);
        monitor.Execute("MONITOR");
        client.Execute("EVAL", "return redis.call('set', 'k', 'v')", "0");
        StringAssert.Contains(monitor.Receive(), "[0 lua] \"set\" \"k\" \"v\"", StringComparison.Ordinal);
    }
}
