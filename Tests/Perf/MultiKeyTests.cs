using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Perf;

/// <summary>The verb <c>multikey</c>: it runs, and leaves its rows and the drawing.</summary>
[TestClass]
public sealed class MultiKeyTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dragonflyflow-multikey-");

    [TestCleanup]
    public void Delete() => _folder.Delete(recursive: true);

    [TestMethod]
    public async Task The_share_of_commands_over_several_keys_is_drawn_with_a_curve_for_each_policy()
    {
        ProgramRun run = await ProgramRun.ToEndAsync(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Perf.dll"), "multikey", "--smoke", "--out", _folder.FullName], directory: Repository.Root);

        string output = run.Succeeded();
        Assert.Contains("| multi % | ordered kcmd/s | vll kcmd/s |", output);
        string[][] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "samples.csv"))).Select(line => line.Split(','))];
        Assert.HasCount(1 + (3 * 2), rows);
        Assert.IsTrue(rows.Skip(1).All(row => double.Parse(row[Array.IndexOf(rows[0], "commands_per_second")], CultureInfo.InvariantCulture) > 0));
        string drawing = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "multikey.svg"));
        Assert.AreEqual(2, drawing.Split("<path ").Length - 1, "a curve for each policy");
        Assert.AreEqual(2 * 3, drawing.Split("<circle ").Length - 1, "a dot for each share");
        Assert.DoesNotContain("NaN", drawing);
    }
}
