using System.Text;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Expected texts are those of redis-server 7.0.15 on x86-64 (INCRBYFLOAT).</summary>
[TestClass]
public class ExtendedFloatTests
{
    [TestMethod]
    [DataRow("0", "0", "0")]
    [DataRow("-0.0", "0", "0")]
    [DataRow("0.1", "0.2", "0.3")]
    [DataRow("10.50", "0.1", "10.6")]
    [DataRow("5.0e3", "2.0e2", "5200")]
    [DataRow("3", "-3.5", "-0.5")]
    [DataRow("0x10", "0x1p-1", "16.5")]
    [DataRow("1e-18", "0", "0")]
    [DataRow("1e20", "1", "100000000000000000000")]
    [DataRow("9223372036854775807", "1", "9223372036854775808")]
    [DataRow("123456789012345678901234567890", "0", "123456789012345678899921813504")]
    [DataRow("3.14159265358979323846", "0", "3.14159265358979324")]
    public void Sums_print_as_in_Redis(string left, string right, string expected)
        => Assert.AreEqual(expected, Text(Parse(left).Plus(Parse(right))));

    [TestMethod]
    [DataRow("")]
    [DataRow(" 1")]
    [DataRow("1 ")]
    [DataRow("abc")]
    [DataRow("1e")]
    [DataRow("1e+")]
    [DataRow("0x")]
    [DataRow(".")]
    [DataRow("-")]
    [DataRow("+-1")]
    [DataRow("nan")]
    [DataRow("1e5000")]
    [DataRow("1e-5000")]
    [DataRow("1e999999999999")]
    [DataRow("0x1p70000")]
    public void Refuses_what_Redis_refuses(string text)
        => Assert.IsFalse(ExtendedFloat.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [TestMethod]
    public void Infinity_is_a_value_and_stays_one()
    {
        Assert.IsFalse(Parse("inf").IsFinite);
        Assert.IsFalse(Parse("1").Plus(Parse("-Infinity")).IsFinite);
        Assert.IsFalse(Parse("1.1e4932").Plus(Parse("1.1e4932")).IsFinite, "too big a sum");
    }

    [TestMethod]
    public void Range_of_the_format_is_kept()
    {
        Assert.AreEqual(4933, Text(Parse("1.18e4932")).Length);
        Assert.AreEqual("0", Text(Parse("4e-4951")), "the smallest denormal is not zero, but prints as one");
        Assert.IsTrue(ExtendedFloat.TryParse("0e-99999"u8, out ExtendedFloat zero));
        Assert.AreEqual("0", Text(zero));
    }

    private static ExtendedFloat Parse(string text)
    {
        Assert.IsTrue(ExtendedFloat.TryParse(Encoding.ASCII.GetBytes(text), out ExtendedFloat value), text);
        return value;
    }

    private static string Text(ExtendedFloat value)
    {
        Span<byte> text = new byte[ExtendedFloat.TextBytesMax];
        return Encoding.ASCII.GetString(text[..value.Format(text)]);
    }
}
