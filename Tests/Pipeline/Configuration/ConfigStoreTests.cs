using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Tests.Pipeline.Configuration;

/// <summary>Expected texts are what redis-server 7.0.15 answered to the same commands.</summary>
[TestClass]
public class ConfigStoreTests
{
    private readonly ConfigStore _config = new();

    [TestMethod]
    [DataRow("maxmemory", "abc", "argument must be a memory value")]
    [DataRow("maxmemory", "10zb", "argument must be a memory value")]
    [DataRow("maxmemory", "-1", "argument must be a memory value")]
    [DataRow("maxmemory", "1 gb", "argument must be a memory value")]
    [DataRow("maxmemory", "1.5gb", "argument must be a memory value")]
    [DataRow("maxmemory", "99999999999gb", "argument must be a memory value")]
    [DataRow("tcp-keepalive", "-1", "argument must be between 0 and 2147483647 inclusive")]
    [DataRow("tcp-keepalive", "abc", "argument couldn't be parsed into an integer")]
    [DataRow("tcp-keepalive", "99999999999", "argument must be between 0 and 2147483647 inclusive")]
    [DataRow("protected-mode", "1", "argument must be 'yes' or 'no'")]
    [DataRow("maxmemory-policy", "foo", "argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction")]
    [DataRow("loglevel", "foo", "argument(s) must be one of the following: debug, verbose, notice, warning")]
    [DataRow("maxclients", "0", "argument must be between 1 and 4294967295 inclusive")]
    [DataRow("maxclients", "0x10", "argument couldn't be parsed into an integer")]
    [DataRow("databases", "5", "can't set immutable config")]
    [DataRow("unixsocketperm", "999", "can't set immutable config")]
    [DataRow("dir", "/nosuch", "can't set protected config")]
    [DataRow("dbfilename", "a/b", "can't set protected config")]
    [DataRow("client-output-buffer-limit", "foo", "Wrong number of arguments in buffer limit configuration.")]
    [DataRow("client-output-buffer-limit", "normal 1 2", "Wrong number of arguments in buffer limit configuration.")]
    [DataRow("client-output-buffer-limit", "norm 1 2 3", "Invalid client class specified in buffer limit configuration.")]
    [DataRow("client-output-buffer-limit", "normal a 2 3", "Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    [DataRow("notify-keyspace-events", "q", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")]
    [DataRow("list-max-listpack-size", "x", "argument couldn't be parsed into an integer")]
    [DataRow("appendonly", "maybe", "argument must be 'no': there is no append only file")]
    [DataRow("save", "900", "Invalid save parameters")]
    [DataRow("proto-max-bulk-len", "100", "argument must be between 1048576 and 9223372036854775807 inclusive")]
    [DataRow("client-query-buffer-limit", "5", "argument must be between 1048576 and 9223372036854775807 inclusive")]
    [DataRow("slowlog-max-len", "-1", "argument must be between 0 and 9223372036854775807 inclusive")]
    public void A_bad_value_is_refused_with_Rediss_text(string name, string text, string why)
    {
        string before = Get(name);
        Assert.AreEqual($"ERR CONFIG SET failed (possibly related to argument '{name}') - {why}", Set(name, text));
        Assert.AreEqual(before, Get(name));
    }

    [TestMethod]
    [DataRow("maxmemory", "1gb", "1073741824")]
    [DataRow("maxmemory", "1GB", "1073741824")]
    [DataRow("maxmemory", "1g", "1000000000")]
    [DataRow("maxmemory", "3kb", "3072")]
    [DataRow("maxmemory", "3k", "3000")]
    [DataRow("maxmemory", "100mb", "104857600")]
    [DataRow("maxmemory", "100m", "100000000")]
    [DataRow("maxmemory", "7b", "7")]
    [DataRow("maxmemory", "0", "0")]
    [DataRow("MAXMEMORY", "5", "5")]
    [DataRow("hz", "0", "1")]
    [DataRow("hz", "1000", "500")]
    [DataRow("timeout", "1", "1")]
    [DataRow("protected-mode", "NO", "no")]
    [DataRow("protected_mode", "false", "no")]
    [DataRow("cache_mode", "true", "yes")]
    [DataRow("maxmemory-policy", "allkeys-LRU", "allkeys-lru")]
    [DataRow("list-max-listpack-size", "-5", "-5")]
    [DataRow("hash-max-ziplist-entries", "5", "5")]
    [DataRow("slowlog-log-slower-than", "-1", "-1")]
    [DataRow("requirepass", "s3cret word", "s3cret word")]
    [DataRow("save", "", "")]
    [DataRow("save", "900 1 60 10000", "900 1 60 10000")]
    [DataRow("appendonly", "no", "no")]
    [DataRow("client-output-buffer-limit", "pubsub 1mb 2 3", "normal 0 0 0 slave 268435456 67108864 60 pubsub 1048576 2 3")]
    [DataRow("client-output-buffer-limit", "replica 2kb 1k 9 normal 5 4 3", "normal 5 4 3 slave 2048 1000 9 pubsub 33554432 8388608 60")]
    [DataRow("notify-keyspace-events", "KEA", "AKE")]
    [DataRow("notify-keyspace-events", "Kg$", "g$K")]
    [DataRow("notify-keyspace-events", "gxemnE", "gxeEmn")]
    [DataRow("notify-keyspace-events", "", "")]
    public void A_value_is_read_back_in_Rediss_form(string name, string text, string readBack)
    {
        Assert.IsNull(Set(name, text));
        Assert.AreEqual(readBack, Get(name));
    }

    [TestMethod]
    public void An_unknown_name_is_reported_before_any_bad_value()
    {
        Assert.AreEqual(
            "ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'",
            _config.Set([new("timeout", "abc"), new("nosuch", "1")]));
    }

    [TestMethod]
    public void Several_options_are_set_together_or_not_at_all()
    {
        string? error = _config.Set([new("hz", "20"), new("timeout", "7"), new("maxmemory", "x")]);
        Assert.AreEqual("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value", error);
        Assert.AreEqual(10, _config.Get(StoreOptions.Hz));
        Assert.IsNull(_config.Set([new("hz", "20"), new("timeout", "7")]));
        Assert.AreEqual(20, _config.Get(StoreOptions.Hz));
        Assert.AreEqual(7, _config.Get(StoreOptions.Timeout));
    }

    [TestMethod]
    public void One_option_under_two_names_is_a_duplicate() => Assert.AreEqual(
        "ERR CONFIG SET failed (possibly related to argument 'hash_max_listpack_entries') - duplicate parameter",
        _config.Set([new("hash-max-ziplist-entries", "1"), new("hash_max_listpack_entries", "2")]));

    [TestMethod]
    public void A_subscriber_hears_the_value_now_each_change_and_nothing_after_it_left()
    {
        List<long> heard = [];
        IDisposable subscription = _config.Subscribe(StoreOptions.MaxMemory, heard.Add);
        Set("maxmemory", "1kb");
        Set("maxmemory", "1024");
        Set("timeout", "3");
        Set("maxmemory", "oops");
        Set("maxmemory", "2kb");
        subscription.Dispose();
        Set("maxmemory", "3kb");
        CollectionAssert.AreEqual(new List<long> { 0, 1024, 2048 }, heard);
    }

    [TestMethod]
    public void Get_answers_in_the_spelling_that_was_asked_for()
    {
        CollectionAssert.AreEqual(new[] { "maxmemory-policy" }, NamesOf(name => name == "maxmemory-policy"));
        CollectionAssert.AreEqual(new[] { "maxmemory_policy" }, NamesOf(name => name == "maxmemory_policy"));
        CollectionAssert.AreEqual(new[] { "databases" }, NamesOf(name => name == "databases"));
        string[] all = NamesOf(_ => true);
        CollectionAssert.IsSubsetOf(new[] { "maxmemory-policy", "databases", "hash-max-ziplist-value", "save", "appendonly" }, all);
        CollectionAssert.DoesNotContain(all, "maxmemory_policy");
    }

    [TestMethod]
    public void Every_row_of_the_table_is_whole()
    {
        HashSet<string> names = [];
        ConfigStore fresh = new();
        foreach (OptionDescriptor option in StoreOptions.All)
        {
            Assert.AreSame(option, StoreOptions.All[option.Index], option.Name);
            foreach (string name in new[] { option.DashedName }.Concat(option.Aliases))
            {
                Assert.IsTrue(names.Add(name), $"{name} is used twice");
                Assert.AreSame(option, StoreOptions.Find(name));
                Assert.AreSame(option, StoreOptions.Find(name.Replace('-', '_').ToUpperInvariant()));
            }

            Assert.IsNull(fresh.SetAtStart(option, option.DefaultText), $"the default of {option.Name} is not accepted");
            Assert.AreEqual(option.DefaultText, fresh.GetText(option), option.Name);
            Assert.IsFalse(string.IsNullOrWhiteSpace(option.Doc) || option.Doc.Contains('\n'), option.Name);
        }
    }

    [TestMethod]
    public void Threads_and_shards_follow_the_machine_unless_set()
    {
        int auto = Math.Clamp(Environment.ProcessorCount - 1, 1, 8);
        Assert.AreEqual(auto, EngineSize.IoThreads(_config));
        Assert.AreEqual(auto, EngineSize.Shards(_config));
        _config.SetAtStart(StoreOptions.ProactorThreads, "5");
        Assert.AreEqual(5, EngineSize.IoThreads(_config));
        Assert.AreEqual(5, EngineSize.Shards(_config));
        _config.SetAtStart(StoreOptions.NumShards, "3");
        Assert.AreEqual(3, EngineSize.Shards(_config));
    }

    private string? Set(string name, string text) => _config.Set([new KeyValuePair<string, string>(name, text)]);

    private string Get(string name) => _config.GetText(StoreOptions.Find(name)!);

    private string[] NamesOf(Func<string, bool> isAsked) => [.. _config.Match(isAsked).Select(pair => pair.Key)];
}
