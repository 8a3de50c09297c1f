using System.Text;
using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Tests.Pipeline.Commands;

[TestClass]
public sealed class GlobTests
{
    [TestMethod]
    [DataRow("*", "", true)]
    [DataRow("*", "abc", true)]
    [DataRow("", "", true)]
    [DataRow("", "a", false)]
    [DataRow("a", "", false)]
    [DataRow("a*", "abc", true)]
    [DataRow("*c", "abc", true)]
    [DataRow("a*c", "ac", true)]
    [DataRow("a*b*c", "aXbXbXc", true)]
    [DataRow("a*b*d", "aXbXbXc", false)]
    [DataRow("h?llo", "hello", true)]
    [DataRow("h?llo", "hllo", false)]
    [DataRow("h[ae]llo", "hallo", true)]
    [DataRow("h[ae]llo", "hillo", false)]
    [DataRow("h[^e]llo", "hallo", true)]
    [DataRow("h[^e]llo", "hello", false)]
    [DataRow("h[a-c]llo", "hbllo", true)]
    [DataRow("h[c-a]llo", "hbllo", true)]
    [DataRow("h[a-c]llo", "hdllo", false)]
    [DataRow("[a", "a", true)]
    [DataRow("[]", "a", false)]
    [DataRow("[^]", "a", true)]
    [DataRow("[\\]]", "]", true)]
    [DataRow("\\*", "*", true)]
    [DataRow("\\*", "a", false)]
    [DataRow("a\\", "a\\", true)]
    [DataRow("*]*", "x]y", true)]
    public void Matches(string pattern, string text, bool expected)
        => Assert.AreEqual(expected, Glob.IsMatch(Encoding.ASCII.GetBytes(pattern), Encoding.ASCII.GetBytes(text)));

    [TestMethod]
    [DataRow("HELLO*", "hello world", true)]
    [DataRow("[A-C]x", "bX", true)]
    [DataRow("\\A", "a", true)]
    [DataRow("a", "b", false)]
    public void MatchesInAnyCase(string pattern, string text, bool expected)
        => Assert.AreEqual(expected, Glob.IsMatch(Encoding.ASCII.GetBytes(pattern), Encoding.ASCII.GetBytes(text), ignoreCase: true));

    [TestMethod]
    public void ManyStarsStayCheap()
    {
        // An implementation that tries every star again needs more steps for this than there are atoms.
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 200)) + "b");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 20_000));
        Assert.IsFalse(Glob.IsMatch(pattern, text));
    }
}
