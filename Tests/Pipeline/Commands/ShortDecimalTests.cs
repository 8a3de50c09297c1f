using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Commands;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Short decimals against the runtime's own parser, to the bit.</summary>
[TestClass]
public sealed class ShortDecimalTests
{
    [TestMethod]
    public void ReadsWhatTheRuntimeReads()
    {
        Gen<string> texts =
            from length in Gen.Choose(1, 15)
            from letters in Gen.Elements("0123456789".ToCharArray()).ArrayOf(length)
            from point in Gen.Choose(0, 2 * length)
            from sign in Gen.Elements("", "-")
            let digits = new string(letters)
            select sign + (point <= length ? digits.Insert(point, ".") : digits);
        Prop.ForAll(texts.ToArbitrary(), Agrees).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    [DataRow("0.1", 0.1)]
    [DataRow("000000001234", 1234.0)]
    [DataRow("12.", 12.0)]
    [DataRow(".5", 0.5)]
    [DataRow("-999999999999999", -999999999999999.0)]
    public void ReadsDigitsWithASignAndAPoint(string text, double value)
    {
        Assert.IsTrue(ShortDecimal.TryRead(Encoding.ASCII.GetBytes(text), out double read));
        Assert.AreEqual(value, read);
    }

    [TestMethod]
    public void ZeroKeepsItsSign()
    {
        Assert.IsTrue(ShortDecimal.TryRead("-0"u8, out double read));
        Assert.IsTrue(double.IsNegative(read));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-")]
    [DataRow(".")]
    [DataRow("-.")]
    [DataRow("1.2.3")]
    [DataRow("--1")]
    [DataRow("+1")]
    [DataRow(" 1")]
    [DataRow("1 ")]
    [DataRow("1e3")]
    [DataRow("inf")]
    [DataRow("0x10")]
    [DataRow("1234567890123456")]
    [DataRow("1.234567890123456")]
    public void LeavesTheRestToOthers(string text) => Assert.IsFalse(ShortDecimal.TryRead(Encoding.ASCII.GetBytes(text), out _));

    private static bool Agrees(string text)
        => ShortDecimal.TryRead(Encoding.ASCII.GetBytes(text), out double read)
            && BitConverter.DoubleToInt64Bits(read) == BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture));
}
