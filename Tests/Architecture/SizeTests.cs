using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Architecture;

/// <summary>Files and methods stay small enough to be read in one go.</summary>
[TestClass]
public sealed partial class SizeTests
{
    private const int FileLinesMax = 600;
    private const int MethodLinesMax = 70;

    [TestMethod]
    public void Files_have_600_lines_at_most()
    {
        string[] files = [.. Repository.Files("*.cs")];
        Assert.IsGreaterThan(50, files.Length);
        string[] tooLong = [.. files.Where(file => Repository.Read(file).Count(c => c == '\n') > FileLinesMax)];
        Assert.IsEmpty(tooLong, string.Join('\n', tooLong));
    }

    [TestMethod]
    public void Methods_have_70_lines_at_most()
    {
        string[] offences = [.. Repository.Files("*.cs").SelectMany(file => Members(Repository.Read(file))
            .Where(member => member.Lines > MethodLinesMax).Select(member => $"{file}:{member.Line}: {member.Lines} lines"))];
        Assert.IsEmpty(offences, string.Join('\n', offences));
    }

    [TestMethod]
    public void The_measure_of_methods_sees_a_tooLongone()
    {
        string body = string.Concat(Enumerable.Repeat("        F(\"{\");\n", 80));
        string source = $"namespace N;\n\ninternal class C\n{{\n    private sealed record R(int A)\n    {{\n    }}\n\n    public void M<T>()\n    {{\n{body}    }}\n}}\n";
        (int line, int lines) = Members(source).Single(member => member.Lines > 1);
        Assert.AreEqual((10, 80), (line, lines));
    }

    // The lines within the braces of each member: braces that open directly in a type and are not a type's own.
    private static List<(int Line, int Lines)> Members(string source)
    {
        string code = CSharpText.CodeOf(source);
        var members = new List<(int Line, int Lines)>();
        var open = new Stack<(bool IsType, bool IsMember, int Line)>();
        int line = 1, headFrom = 0;
        for (int at = 0; at < code.Length; at++)
        {
            char c = code[at];
            if (c == '\n')
                line++;
            if (c == '{')
            {
                bool isType = TypeHead().IsMatch(code[headFrom..at]);
                bool isInType = open.TryPeek(out (bool IsType, bool, int) outer) && outer.IsType;
                open.Push((isType, isInType && !isType, line));
            }
            else if (c == '}' && open.TryPop(out (bool IsType, bool IsMember, int Line) closed) && closed.IsMember)
            {
                members.Add((closed.Line, line - closed.Line - 1));
            }

            if (c is '{' or '}' or ';')
                headFrom = at + 1;
        }

        return members;
    }

    [GeneratedRegex(@"^(\s*\[[^\]]*\])*\s*((public|internal|private|protected|static|sealed|abstract|partial|readonly|ref|unsafe|file)\s+)*(class|struct|interface|enum|record)\b")]
    private static partial Regex TypeHead();
}
