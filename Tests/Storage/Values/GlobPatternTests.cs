using System.Text;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Storage.Values;

[TestClass]
public class GlobPatternTests
{
    [TestMethod]
    [DataRow("", "", true)]
    [DataRow("", "a", false)]
    [DataRow("*", "a", true)]
    [DataRow("**", "", false, DisplayName = "no text, a pattern: no match, as in Redis")]
    [DataRow("a*", "a", true)]
    [DataRow("h?llo", "hello", true)]
    [DataRow("h?llo", "hllo", false)]
    [DataRow("h*llo", "heeeello", true)]
    [DataRow("h[ae]llo", "hallo", true)]
    [DataRow("h[ae]llo", "hillo", false)]
    [DataRow("h[^e]llo", "hallo", true)]
    [DataRow("h[^e]llo", "hello", false)]
    [DataRow("h[a-c]llo", "hbllo", true)]
    [DataRow("h[c-a]llo", "hbllo", true)]
    [DataRow("h\\*llo", "h*llo", true)]
    [DataRow("h\\*llo", "hello", false)]
    [DataRow("[\\]]", "]", true)]
    [DataRow("[abc", "c", true)]
    [DataRow("[^", "x", true)]
    [DataRow("[", "[", false)]
    [DataRow("a\\", "a\\", true)]
    [DataRow("*b*d", "abcbd", true)]
    [DataRow("*b*d", "abcbe", false)]
    [DataRow("HELLO", "hello", false)]
    public void Matches_as_Redis_does(string pattern, string text, bool expected)
        => Assert.AreEqual(expected, GlobPattern.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text)));

    [TestMethod]
    public void Case_is_ignored_when_asked()
    {
        Assert.IsTrue(GlobPattern.IsMatch("MAX*[A-C]"u8, "maxmemorb"u8, ignoreCase: true));
        Assert.IsFalse(GlobPattern.IsMatch("MAX*"u8, "min"u8, ignoreCase: true));
    }

    [TestMethod]
    public void Only_a_single_star_is_all()
    {
        Assert.IsTrue(GlobPattern.IsAll("*"u8));
        Assert.IsFalse(GlobPattern.IsAll("**"u8));
        Assert.IsFalse(GlobPattern.IsAll(""u8));
    }

    [TestMethod]
    [Timeout(20_000, CooperativeCancellation = true)]
    public void Many_stars_do_not_explode()
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 500)) + "b");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 20_000));
        Assert.IsFalse(GlobPattern.IsMatch(pattern, text));
    }
}
