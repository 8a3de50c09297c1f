using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>Scripts drawn from a seed, beside redis-server. DFLOW_SEED chooses the seed, DFLOW_SCRIPTS how many.</summary>
[TestClass]
public sealed class DrawnScriptTests
{
    private const int Usual = 2000;
    private const int ShownMax = 10;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Drawn_scripts_answer_as_in_redis()
    {
        int seed = Setting("DFLOW_SEED", 1), count = Setting("DFLOW_SCRIPTS", Usual);
        ScriptDrawer drawer = new(new Random(seed));
        await using SideBySide both = await SideBySide.StartAsync();
        List<string> differences = [];
        int errors = 0;
        for (int i = 0; i < count && differences.Count < ShownMax; i++)
        {
            string[] command = ["EVAL", drawer.Body(), "1", "key", "arg", "22"];
            string theirs = both.Theirs(command), ours = both.Ours.Execute(command);
            errors += theirs[0] == '-' ? 1 : 0;
            if (theirs != ours)
                differences.Add($"{command[1]}\n   redis {theirs}\n   ours  {ours}");
        }

        TestContext.WriteLine($"{count} scripts, {errors} of them errors, seed {seed}");
        Assert.IsLessThan(count / 4, errors, "most scripts are to be right");
        Assert.IsEmpty(differences, $"replay: DFLOW_SEED={seed} DFLOW_SCRIPTS={count} dotnet test Tests --filter FullyQualifiedName~DrawnScriptTests\n{string.Join('\n', differences)}");
    }

    private static int Setting(string name, int otherwise)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
