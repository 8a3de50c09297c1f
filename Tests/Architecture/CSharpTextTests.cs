namespace DragonflyFlow.Tests.Architecture;

[TestClass]
public sealed class CSharpTextTests
{
    [TestMethod]
    [DataRow("a(); // b();", "a();        ")]
    [DataRow("a /* b\nc */ d", "a     \n     d")]
    [DataRow("f(\"x { y \\\" z\");", "f(            );")]
    [DataRow("f(@\"x\\\", 1);", "f(     , 1);")]
    [DataRow("f($\"{g(\"}\")} h\", 1);", "f(             , 1);")]
    [DataRow("f($\"{{x\", 1);", "f(      , 1);")]
    [DataRow("f('\"', '\\'', b);", "f(   ,     , b);")]
    [DataRow("f(\"\"\"x \" y\"\"\", b);", "f(           , b);")]
    public void Only_code_is_left(string source, string code) => Assert.AreEqual(code, CSharpText.CodeOf(source));
}
