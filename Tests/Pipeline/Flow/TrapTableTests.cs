using System.Reflection;
using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>The table of traps in Pipeline/Flow/README.md and the tests agree: every test named there exists, and every test of a trap is named there.</summary>
[TestClass]
public sealed partial class TrapTableTests
{
    [TestMethod]
    public void Every_test_in_the_table_exists_under_its_trap_and_every_trap_test_is_in_the_table()
    {
        string[] rows = [.. Repository.Read("Pipeline/Flow/README.md").Split('\n').Where(line => Row().IsMatch(line))];
        var named = new List<string>();
        foreach (string row in rows)
        {
            int trap = int.Parse(Row().Match(row).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            string[] tests = [.. TestName().Matches(row).Select(match => match.Groups[1].Value)];
            Assert.IsNotEmpty(tests, row);
            foreach (string test in tests)
                StringAssert.Contains(test, $".P{trap:00}_", row);
            named.AddRange(tests);
        }

        string[] existing = [.. Assembly.GetExecutingAssembly().GetTypes().Where(type => type.Namespace == typeof(TrapTableTests).Namespace)
            .SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null && TrapTest().IsMatch(method.Name))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];
        Assert.IsGreaterThan(25, existing.Length);
        CollectionAssert.AreEquivalent(existing, named, $"in one only: {string.Join(", ", existing.Except(named).Concat(named.Except(existing)))}");
    }

    [GeneratedRegex(@"^\| P(\d+) ")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^P\d\d_")]
    private static partial Regex TrapTest();
}
