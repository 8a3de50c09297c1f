using System.Text.RegularExpressions;
using System.Xml.Linq;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Architecture;

/// <summary>The rooms, what lies at the top, who knows whom, and that pages do not lead nowhere.</summary>
[TestClass]
public sealed partial class LayoutTests
{
    // Rooms that a project may know; Perf and Tests see all.
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Storage"] = [],
        ["Protocol.Wire"] = [],
        ["Protocol.Client"] = ["Protocol.Wire"],
        ["Pipeline"] = ["Storage", "Protocol.Wire"],
        ["Protocol.Server"] = ["Pipeline", "Storage", "Protocol.Wire"],
    };

    private static readonly string[] Top =
    [
        ".ci", ".editorconfig", ".gitignore", "BannedSymbols.txt", "Directory.Build.props", "Directory.Packages.props", "DragonflyFlow.sln", "LICENSE",
        "Perf", "Pipeline", "Protocol", "README.md", "Storage", "Tests", "global.json",
    ];

    // What builds and tools leave at the top; .gitignore keeps it out.
    private static readonly string[] LeftByTools = [".git", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules", "results", ".vs", ".vscode", "bin", "obj"];

    [TestMethod]
    public void A_project_knows_only_what_the_design_lets_it_know()
    {
        foreach ((string room, string[] allowed) in MayReference)
        {
            string file = $"{room.Replace('.', '/')}/DragonflyFlow.{room}.csproj";
            string[] known = [.. XDocument.Parse(Repository.Read(file)).Descendants("ProjectReference")
                .Select(reference => RoomOf(reference.Attribute("Include")!.Value))];
            CollectionAssert.IsSubsetOf(known, allowed, $"{file} knows {string.Join(", ", known)}");
            if (room is "Pipeline" or "Protocol.Client")
                CollectionAssert.AreEquivalent(allowed, known, "the test does not see references");
        }
    }

    [TestMethod]
    public void Only_the_server_knows_ASP_NET()
    {
        foreach (string room in MayReference.Keys.Where(room => room != "Protocol.Server"))
        {
            string file = $"{room.Replace('.', '/')}/DragonflyFlow.{room}.csproj";
            Assert.DoesNotContain("Microsoft.AspNetCore", Repository.Read(file), file);
        }
    }

    [TestMethod]
    public void Nothing_lies_at_the_top_that_the_design_does_not_name()
    {
        string[] found = [.. Directory.EnumerateFileSystemEntries(Repository.Root).Select(entry => Path.GetFileName(entry)).Except(LeftByTools)];
        CollectionAssert.IsSubsetOf(found, Top, $"at the top: {string.Join(", ", found.Except(Top))}");
        CollectionAssert.IsSubsetOf(new[] { "Storage", "Pipeline", "Protocol", "Tests", "Perf", "README.md" }, found);
    }

    [TestMethod]
    public void Namespaces_are_the_folders()
    {
        string[] offences = [.. Repository.Files("*.cs").Where(file => Namespace().Match(Repository.Read(file)) is { Success: true } match
            && match.Groups[1].Value != $"DragonflyFlow.{Path.GetDirectoryName(file)!.Replace('/', '.')}")];
        Assert.IsEmpty(offences, string.Join('\n', offences));
    }

    [TestMethod]
    public void Links_of_pages_lead_somewhere()
    {
        string[] pages = [.. Repository.Files("*.md")];
        Assert.IsGreaterThan(5, pages.Length);
        var dead = new List<string>();
        int links = 0;
        foreach (string page in pages)
        {
            foreach (Match link in Link().Matches(Repository.Read(page)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
                    continue;
                links++;
                string path = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target);
                if (!File.Exists(path) && !Directory.Exists(path))
                    dead.Add($"{page}: {target}");
            }
        }

        Assert.IsGreaterThan(0, links, "the test sees no links");
        Assert.IsEmpty(dead, string.Join('\n', dead));
    }

    private static string RoomOf(string reference) => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))["DragonflyFlow.".Length..];

    [GeneratedRegex(@"(?m)^namespace\s+([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
