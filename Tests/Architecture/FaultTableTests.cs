using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Architecture;

/// <summary>Tests/Faults.md holds: no fault is missing, every test and control named exists, and a row without a test says why it needs none.</summary>
[TestClass]
public sealed partial class FaultTableTests
{
    private const int Faults = 70;
    private const string Absent = "Not here yet: ";
    private const string Impossible = "Cannot occur: ";

    private static readonly Type[] Classes = Assembly.GetExecutingAssembly().GetTypes();

    [TestMethod]
    public void Every_fault_has_one_row_in_its_order()
    {
        int[] numbers = [.. Rows().Select(row => int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture))];

        CollectionAssert.AreEqual(Enumerable.Range(1, Faults).ToArray(), numbers);
    }

    [TestMethod]
    public void Every_test_and_every_control_in_the_table_exists()
    {
        foreach (Match row in Rows())
        {
            string held = row.Groups["held"].Value;
            string rest = ControlName().Replace(TestName().Replace(held, string.Empty), string.Empty);
            Assert.AreEqual(string.Empty, rest.Trim(' ', ','), $"neither a test nor a control: {row.Value}");
            foreach (Match test in TestName().Matches(held))
                Assert.IsTrue(Exists(test.Groups["class"].Value, test.Groups["method"].Value), $"there is no test {test.Value}: {row.Value}");
            foreach (Match control in ControlName().Matches(held))
                Assert.IsNotNull(ControlList.Find(control.Groups["name"].Value), $"there is no {control.Value}: {row.Value}");
        }
    }

    [TestMethod]
    public void A_fault_without_a_test_cannot_occur_or_concerns_what_is_not_here_yet()
    {
        foreach (Match row in Rows())
        {
            string here = row.Groups["here"].Value;
            Assert.AreNotEqual(string.Empty, here, row.Value);
            bool isHeld = TestName().IsMatch(row.Groups["held"].Value);
            Assert.IsTrue(isHeld || here.StartsWith(Absent, StringComparison.Ordinal) || here.StartsWith(Impossible, StringComparison.Ordinal), row.Value);
            string room = here.StartsWith(Absent + "Pipeline/", StringComparison.Ordinal) ? here[Absent.Length..] : "Pipeline/no such room";
            Assert.IsFalse(Directory.Exists(Path.Combine(Repository.Root, room)), $"it is here now: {row.Value}");
        }
    }

    [TestMethod]
    public void A_name_that_does_not_exist_is_seen()
    {
        Assert.IsTrue(Exists(nameof(FaultTableTests), nameof(Every_fault_has_one_row_in_its_order)));
        Assert.IsFalse(Exists(nameof(FaultTableTests), nameof(Exists)), "no test");
        Assert.IsFalse(Exists(nameof(Repository), nameof(Every_fault_has_one_row_in_its_order)));
    }

    private static MatchCollection Rows() => Row().Matches(Repository.Read("Tests/Faults.md"));

    private static bool Exists(string name, string method) =>
        Classes.Where(type => type.Name == name).SelectMany(type => type.GetMethods())
            .Any(found => found.Name == method && found.GetCustomAttribute<TestMethodAttribute>() is not null);

    [GeneratedRegex(@"(?m)^\| F(?<number>\d\d) \| (?<story>[^|]+) \| (?<here>[^|]*?) \|(?<held>[^|]*)\|\r?$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex("control `(?<name>[a-z0-9-]+)`")]
    private static partial Regex ControlName();
}
