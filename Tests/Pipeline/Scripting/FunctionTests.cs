using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>Functions over one and several shards: one catalog for all interpreters, replaced whole; bounded; ended by FUNCTION KILL.</summary>
[TestClass]
public sealed class FunctionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    public void A_function_may_use_keys_it_does_not_name_unless_it_says_that_it_does_not(int shards)
    {
        using InProcessClient client = new(shards);
        const string Writes = "function(keys) local n = 0 for i = 1, 50 do local ok = pcall(redis.call, 'set', 'key' .. i, i) if not ok then n = n + 1 end end return n > 10 end";
        Assert.AreEqual("$3\r\nlib\r\n", client.Execute("FUNCTION", "LOAD", $"#!lua name=lib\nredis.register_function('all', {Writes}) redis.register_function{{function_name='own', flags={{'disallow-undeclared-keys'}}, callback={Writes}}}"));
        Assert.AreEqual("$-1\r\n", client.Execute("FCALL", "all", "1", "k"));
        Assert.AreEqual(shards == 1 ? "$-1\r\n" : ":1\r\n", client.Execute("FCALL", "own", "1", "k"));
        client.Execute("CONFIG", "SET", "lua_undeclared_keys", "refuse");
        Assert.AreEqual(shards == 1 ? "$-1\r\n" : ":1\r\n", client.Execute("FCALL", "all", "1", "k"));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task A_library_that_is_replaced_is_seen_whole_by_every_client(int shards)
    {
        const int Versions = 300;
        using InProcessClient author = new(shards);
        author.Execute("FUNCTION", "LOAD", Version(0));
        using CancellationTokenSource done = new();
        // Both functions of one version, called in one transaction, agree: and no client goes back in time.
        Task<int>[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            using InProcessClient client = new(author.Engine);
            int last = 0, calls = 0;
            while (!done.IsCancellationRequested || calls == 0)
            {
                int version = int.Parse(client.Execute("FCALL", "one", "1", "k")[1..^2], CultureInfo.InvariantCulture);
                Assert.IsGreaterThanOrEqualTo(last, version);
                last = int.Parse(client.Execute("FCALL", "two", "1", "k")[1..^2], CultureInfo.InvariantCulture);
                Assert.IsGreaterThanOrEqualTo(version, last);
                calls++;
            }

            return calls;
        }))];
        for (int i = 1; i <= Versions; i++)
            Assert.AreEqual("$3\r\nlib\r\n", author.Execute("FUNCTION", "LOAD", "REPLACE", Version(i)));
        await done.CancelAsync();
        int[] calls = await Task.WhenAll(readers).WaitAsync(Patience);
        Assert.IsTrue(calls.All(count => count > 0));

        static string Version(int i) => $"#!lua name=lib\nredis.register_function('one', function() return {i} end)\nredis.register_function('two', function() return {i} end)";
    }

    [TestMethod]
    public async Task A_function_that_never_ends_makes_the_store_busy_is_shown_and_can_be_killed()
    {
        using InProcessClient client = new();
        using InProcessClient runner = new(client.Engine);
        client.Execute("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() while true do pcall(function() while true do end end) end end)");
        client.Execute("CONFIG", "SET", "lua-time-limit", "0");
        Task<string> running = Task.Run(() => runner.Execute("FCALL", "f", "1", "k", "a"));
        Assert.IsTrue(SpinWait.SpinUntil(() => client.Engine.Scripts.Control.LongFunction() is not null, Patience));
        Assert.AreEqual("-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.\r\n", client.Execute("GET", "k"));
        StringAssert.StartsWith(client.Execute("FUNCTION", "STATS"), "*4\r\n$14\r\nrunning_script\r\n*6\r\n$4\r\nname\r\n$1\r\nf\r\n$7\r\ncommand\r\n*5\r\n$5\r\nfcall\r\n$1\r\nf\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\na\r\n$11\r\nduration_ms\r\n:", StringComparison.Ordinal);
        Assert.AreEqual("-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.\r\n", client.Execute("SCRIPT", "KILL"));
        Assert.AreEqual("+OK\r\n", client.Execute("FUNCTION", "KILL"));
        StringAssert.StartsWith(await running.WaitAsync(Patience), "-ERR Script killed by user with FUNCTION KILL.", StringComparison.Ordinal);
        Assert.AreEqual("-NOTBUSY No scripts in execution right now.\r\n", client.Execute("FUNCTION", "KILL"));
        Assert.AreEqual("$-1\r\n", client.Execute("GET", "k"));
    }

    [TestMethod]
    public async Task Function_kill_leaves_scripts_alone()
    {
        using InProcessClient client = new();
        using InProcessClient runner = new(client.Engine);
        client.Execute("CONFIG", "SET", "lua-time-limit", "0");
        Task<string> running = Task.Run(() => runner.Execute("EVAL", "while true do end", "0"));
        Assert.IsTrue(SpinWait.SpinUntil(() => client.Engine.Scripts.Control.IsBusy, Patience));
        const string Busy = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
        Assert.AreEqual(Busy, client.Execute("FUNCTION", "KILL"));
        Assert.AreEqual(Busy, client.Execute("FUNCTION", "STATS"));
        Assert.AreEqual("+OK\r\n", client.Execute("SCRIPT", "KILL"));
        StringAssert.StartsWith(await running.WaitAsync(Patience), "-ERR", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Snapshots_can_list_libraries_and_load_them_elsewhere()
    {
        using InProcessClient client = new();
        client.Execute("FUNCTION", "LOAD", "#!lua name=b\nredis.register_function('g', function() return 2 end)");
        client.Execute("FUNCTION", "LOAD", "#!lua name=a\nredis.register_function('f', function() return 1 end)");
        IReadOnlyList<FunctionLibrary> libraries = client.Engine.Scripts.Functions.Libraries;
        CollectionAssert.AreEqual((string[])["a", "b"], libraries.Select(library => library.Name).ToArray());

        using InProcessClient other = new();
        foreach (FunctionLibrary library in libraries)
            Assert.IsTrue(other.Engine.Scripts.Functions.TryLoad(library.Code.Span, replace: false, out _, out string error), error);
        Assert.AreEqual(":1\r\n", other.Execute("FCALL", "f", "0"));
        Assert.IsFalse(other.Engine.Scripts.Functions.TryLoad(libraries[0].Code.Span, replace: false, out _, out string twice));
        Assert.AreEqual("Library 'a' already exists", twice);
        Assert.IsFalse(other.Engine.Scripts.Functions.TryLoad("no library"u8, replace: true, out _, out _));
    }

    [TestMethod]
    public void What_a_failed_load_had_registered_is_gone()
    {
        using InProcessClient client = new();
        client.Execute("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
        StringAssert.StartsWith(client.Execute("FUNCTION", "LOAD", "REPLACE", "#!lua name=lib\nredis.register_function('f', function() return 2 end) x = 1"), "-ERR", StringComparison.Ordinal);
        Assert.AreEqual(":1\r\n", client.Execute("FCALL", "f", "0"));
    }

    [TestMethod]
    public void Damaged_payloads_change_nothing()
    {
        using InProcessClient client = new();
        client.Execute("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
        byte[] payload = FunctionPayload.Write(client.Engine.Scripts.Functions.Libraries);
        for (int bit = 0; bit < payload.Length * 8; bit++)
        {
            byte[] damaged = [.. payload];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.AreEqual((byte)'-', client.Execute("FUNCTION"u8.ToArray(), "RESTORE"u8.ToArray(), damaged, "FLUSH"u8.ToArray())[0], $"bit {bit}");
        }

        for (int length = 0; length < payload.Length; length++)
            Assert.AreEqual((byte)'-', client.Execute("FUNCTION"u8.ToArray(), "RESTORE"u8.ToArray(), payload[..length], "FLUSH"u8.ToArray())[0], $"length {length}");
        Assert.AreEqual(":1\r\n", client.Execute("FCALL", "f", "0"));
        Assert.AreEqual("+OK\r\n", Encoding.Latin1.GetString(client.Execute("FUNCTION"u8.ToArray(), "RESTORE"u8.ToArray(), payload, "FLUSH"u8.ToArray())));
    }

    // Redis takes both and calls one of them: which, hangs on the order of a hash table.
    [TestMethod]
    public void Two_functions_whose_names_differ_in_case_only_are_refused()
    {
        using InProcessClient client = new();
        Assert.AreEqual(
            "-ERR Error registering functions: ERR Function already exists in the library\r\n",
            client.Execute("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() end) redis.register_function('F', function() end)"));
    }

    [TestMethod]
    public void Inside_multi_functions_are_loaded_and_called()
    {
        using InProcessClient client = new(shards: 3);
        string replies = client.Pipeline(["MULTI"], ["FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(keys) return redis.call('incr', keys[1]) end)"], ["FCALL", "f", "1", "n"], ["INCR", "n"], ["EXEC"]);
        StringAssert.EndsWith(replies, "*3\r\n$3\r\nlib\r\n:1\r\n:2\r\n", StringComparison.Ordinal);
    }
}
