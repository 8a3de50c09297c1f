using System.Globalization;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Protocol.Wire;

[TestClass]
public sealed class DoubleTextTests
{
    [TestMethod]
    [DataRow(0.0, "0")]
    [DataRow(-0.0, "-0")]
    [DataRow(1.0, "1")]
    [DataRow(-1.0, "-1")]
    [DataRow(3.0, "3")]
    [DataRow(1.1, "1.1")]
    [DataRow(0.1, "0.1")]
    [DataRow(-0.5, "-0.5")]
    [DataRow(3.14159265358979, "3.14159265358979")]
    [DataRow(0.30000000000000004, "0.30000000000000004")]
    [DataRow(100000.5, "100000.5")]
    [DataRow(123456.1234567, "1.234561234567e+5")]
    [DataRow(1234.1234567, "1234.1234567")]
    [DataRow(0.001234567, "0.001234567")]
    [DataRow(0.0001234567, "1.234567e-4")]
    [DataRow(0.000001, "0.000001")]
    [DataRow(0.0000015, "1.5e-6")]
    [DataRow(1e-7, "1e-7")]
    [DataRow(-1.5e-7, "-1.5e-7")]
    [DataRow(1e15, "1000000000000000")]
    [DataRow(1e17, "100000000000000000")]
    [DataRow(4611686018427387904.0, "4611686018427387904")]
    [DataRow(-4611686018427387904.0, "-4611686018427387904")]
    [DataRow(1e19, "1e+19")]
    [DataRow(1e20, "1e+20")]
    [DataRow(12345678901234567890.0, "12345678901234567000")]
    [DataRow(1.7976931348623157e308, "1.7976931348623157e+308")]
    [DataRow(5e-324, "5e-324")]
    [DataRow(double.PositiveInfinity, "inf")]
    [DataRow(double.NegativeInfinity, "-inf")]
    [DataRow(double.NaN, "nan")]
    public void WritesAsRedis72(double value, string expected) => Assert.AreEqual(expected, Format(value));

    [TestMethod]
    public void ReadsBackAsTheSameNumber()
    {
        Gen<double> anyBits = Gen.Choose(int.MinValue, int.MaxValue).Two().Select(p => BitConverter.Int64BitsToDouble(((long)p.Item1 << 32) | (uint)p.Item2));
        Gen<double> decimals = Gen.Choose(-10_000_000, 10_000_000).Zip(Gen.Choose(-8, 12)).Select(p => p.Item1 * Math.Pow(10, p.Item2));
        Gen<double> finite = Gen.OneOf(anyBits, decimals).Where(double.IsFinite);
        Prop.ForAll(finite.ToArbitrary(), value => double.Parse(Format(value), CultureInfo.InvariantCulture).Equals(value))
            .Check(ModelCheck.Configure(20_000));
    }

    private static string Format(double value)
    {
        Span<byte> text = stackalloc byte[DoubleText.BytesMax];
        return Encoding.ASCII.GetString(text[..DoubleText.Format(value, text)]);
    }
}
