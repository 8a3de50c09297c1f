using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Scripting.KeyUse;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting.KeyUse;

/// <summary>Drawn scripts run where only the shard of their keys is held: none of those of which it is certain that they use no others asks for one. DFLOW_SEED, DFLOW_SCRIPTS.</summary>
[TestClass]
public sealed class DrawnKeyUseTests
{
    private const int Usual = 3000;
    private const string Undeclared = "undeclared key";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void No_script_that_is_said_to_use_its_own_keys_only_uses_another()
    {
        int seed = Setting("DFLOW_SEED", 1), count = Setting("DFLOW_SCRIPTS", Usual);
        using InProcessClient client = new(shards: 3);
        Assert.AreEqual("+OK\r\n", client.Execute("CONFIG", "SET", "lua_undeclared_keys", "refuse"));
        string[] own = [client.Engine.KeyOn(1, "a"), client.Engine.KeyOn(1, "b")];
        KeyUseDrawer drawer = new(new Random(seed), [client.Engine.KeyOn(0, "c"), client.Engine.KeyOn(2, "d")]);
        int proven = 0, provenThatCall = 0, others = 0;
        for (int i = 0; i < count; i++)
        {
            string script = drawer.Draw();
            long calls = client.Engine.Shards[1].Stats.Calls;
            bool usedOthers = client.Execute("EVAL", script, "2", own[0], own[1], client.Engine.KeyOn(0, "e")).Contains(Undeclared, StringComparison.Ordinal);
            bool isProven = KeyUseReader.UsesOnlyDeclaredKeys(Encoding.UTF8.GetBytes(script), client.Engine.Commands);
            Assert.IsFalse(isProven && usedOthers, $"replay: DFLOW_SEED={seed} DFLOW_SCRIPTS={count} dotnet test Tests --filter FullyQualifiedName~DrawnKeyUseTests\n{script}");
            proven += isProven ? 1 : 0;
            provenThatCall += isProven && client.Engine.Shards[1].Stats.Calls > calls + 1 ? 1 : 0;
            others += usedOthers ? 1 : 0;
        }

        TestContext.WriteLine($"{count} scripts: {proven} use their own keys only for certain, {provenThatCall} of them call commands; {others} used others; seed {seed}");
        Assert.IsGreaterThan(count / 20, provenThatCall);
        Assert.IsGreaterThan(count / 10, others);
    }

    private static int Setting(string name, int otherwise)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
