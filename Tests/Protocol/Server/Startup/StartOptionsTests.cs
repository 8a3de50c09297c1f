using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Server.Startup;
using Microsoft.Extensions.Configuration;

namespace DragonflyFlow.Tests.Protocol.Server.Startup;

[TestClass]
public sealed class StartOptionsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dflow").FullName;
    private readonly ConfigStore _config = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        Settings("""{ "DragonflyFlow": { "port": 1001, "hz": 11, "timeout": 12 } }""");
        Assert.IsNull(Read(["--port", "1003"], ("PORT", "1002"), ("HZ", "22")));
        Assert.AreEqual(1003, _config.Get(StoreOptions.Port));
        Assert.AreEqual(22, _config.Get(StoreOptions.Hz));
        Assert.AreEqual(12, _config.Get(StoreOptions.Timeout));
        Assert.AreEqual(10000, _config.Get(StoreOptions.MaxClients));
    }

    [TestMethod]
    [DataRow("--maxmemory_policy", "allkeys-lru")]
    [DataRow("--maxmemory-policy", "allkeys-lru")]
    [DataRow("--maxmemory-policy=allkeys-lru")]
    [DataRow("--maxmemory_policy=allkeys-lru")]
    public void The_command_line_knows_both_spellings_and_both_forms(params string[] args)
    {
        Assert.IsNull(Read(args));
        Assert.AreEqual(EvictionPolicy.AllKeysLru, _config.Get(StoreOptions.MaxMemoryPolicy));
    }

    [TestMethod]
    [DataRow("--cache_mode")]
    [DataRow("--cache_mode=true")]
    [DataRow("--cache-mode", "yes")]
    public void A_switch_may_stand_alone(params string[] args)
    {
        Assert.IsNull(Read([.. args, "--save", "", "--list-max-listpack-size", "-3", "--requirepass", "@word"]));
        Assert.IsTrue(_config.Get(StoreOptions.CacheMode));
        Assert.AreEqual(-3, _config.Get(StoreOptions.ListMaxListpackSize));
        Assert.AreEqual("@word", _config.Get(StoreOptions.RequirePass));
    }

    [TestMethod]
    [DataRow("--dbfilename=", "--hz", "7")]
    [DataRow("--dbfilename", "", "--hz=7")]
    public void A_value_may_be_empty_and_what_follows_it_is_an_option_again(params string[] args)
    {
        Assert.IsNull(Read(args));
        Assert.AreEqual("", _config.Get(StoreOptions.DbFileName));
        Assert.AreEqual(7, _config.Get(StoreOptions.Hz));
    }

    [TestMethod]
    public void A_list_may_be_given_in_every_form_its_source_has()
    {
        string[] expected = ["127.0.0.1", "-::1"];
        Assert.IsNull(Read(["--bind", "127.0.0.1", "--bind=-::1"]));
        CollectionAssert.AreEqual(expected, _config.Get(StoreOptions.Bind).ToArray());
        Assert.IsNull(Read([], ("BIND", "127.0.0.1,-::1")));
        CollectionAssert.AreEqual(expected, _config.Get(StoreOptions.Bind).ToArray());
        Settings("""{ "DragonflyFlow": { "bind": ["127.0.0.1", "-::1"] }, "Logging": { "other": 1 } }""");
        Assert.IsNull(Read([]));
        CollectionAssert.AreEqual(expected, _config.Get(StoreOptions.Bind).ToArray());
    }

    [TestMethod]
    public void Each_source_is_named_in_its_errors()
    {
        Assert.AreEqual("unknown option '--prot' on the command line", Read(["--prot", "1"]));
        Assert.AreEqual("option '--port' on the command line: argument must be between -1 and 65535 inclusive", Read(["--port=70000"]));
        Assert.AreEqual("unknown option 'DFLOW_PROT' in the environment", Read([], ("PROT", "1")));
        Assert.AreEqual("option 'DFLOW_PORT' in the environment: argument couldn't be parsed into an integer", Read([], ("PORT", "x")));
        Settings("""{ "DragonflyFlow": { "prot": 1 } }""");
        Assert.AreEqual("unknown option 'prot' in appsettings.json", Read([]));
        Settings("""{ "DragonflyFlow": { "port": true } }""");
        Assert.AreEqual("option 'port' in appsettings.json: argument couldn't be parsed into an integer", Read([]));
        Settings("{ \"DragonflyFlow\": {");
        StringAssert.StartsWith(Read([]), "appsettings.json: ");
    }

    [TestMethod]
    [DataRow("--prot", "1")]
    [DataRow("--port", "abc")]
    [DataRow("--port")]
    [DataRow("stray")]
    [DataRow("--cache_mode", "maybe")]
    [DataRow("--maxmemory", "lots")]
    [DataRow("--unixsocketperm", "888")]
    public async Task A_wrong_option_ends_the_process_with_2_and_one_line(params string[] args)
    {
        StringWriter output = new();
        StringWriter error = new();
        Assert.AreEqual(2, await EntryPoint.RunAsync(args, output, error));
        Assert.AreEqual("", output.ToString());
        StringAssert.StartsWith(error.ToString(), "dragonflyflow: ");
        Assert.AreEqual(1, error.ToString().Count(c => c == '\n'));
    }

    [TestMethod]
    public async Task Help_names_every_option_and_version_is_one_line()
    {
        StringWriter help = new();
        Assert.AreEqual(0, await EntryPoint.RunAsync(["--help"], help, TextWriter.Null));
        foreach (OptionDescriptor option in StoreOptions.All)
            StringAssert.Contains(help.ToString(), $"--{option.Name} ");
        StringWriter version = new();
        Assert.AreEqual(0, await EntryPoint.RunAsync(["--version"], version, TextWriter.Null));
        StringAssert.Matches(version.ToString(), new("^DragonflyFlow [0-9]+\\.[0-9]+\\.[0-9]+\n$"));
    }

    private void Settings(string json) => File.WriteAllText(Path.Combine(_directory, StartOptions.SettingsFile), json);

    private string? Read(string[] args, params (string Name, string Value)[] environment)
    {
        CommandLineRequest request = new CommandLine().Parse(args);
        if (request.Source is null)
            return request.Error;
        IConfiguration variables = new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Select(v => KeyValuePair.Create(v.Name, (string?)v.Value)))
            .Build();
        return StartOptions.Read(_config, request.Source, variables, _directory);
    }
}
