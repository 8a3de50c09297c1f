using System.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Tests.Differential.Families;

namespace DragonflyFlow.Tests.Differential;

/// <summary>No command escapes the comparison unnoticed, and no list names what is not there.</summary>
[TestClass]
public sealed class CoverageTests
{
    private static readonly CommandTable Table = new(CommandFamilies.All);

    [TestMethod]
    public void Every_command_is_drawn_or_has_its_reason_in_the_list()
    {
        HashSet<string> drawn = Drawn();
        IEnumerable<string> missing = Table.Commands
            .SelectMany(command => command.Subcommands.Count == 0 ? [command] : command.Subcommands)
            .Where(command => command.Name != "help")
            .Where(command => !drawn.Contains(command.FullName) && !IsExcused(command.FullName))
            .Select(command => command.FullName);
        Assert.AreEqual("", string.Join(", ", missing), "commands without a template in Tests/Differential/Families");
    }

    [TestMethod]
    public void What_is_excused_is_there_and_is_not_drawn()
    {
        HashSet<string> drawn = Drawn();
        HashSet<string> known = [.. Table.ById.Select(command => command.FullName)];
        Assert.AreEqual("", string.Join(", ", NotGenerated.Reasons.Keys.Where(name => drawn.Contains(name) || !known.Contains(name))));
    }

    private static bool IsExcused(string fullName) =>
        NotGenerated.Reasons.ContainsKey(fullName) || NotGenerated.Reasons.ContainsKey(fullName.Split('|')[0]) || NotGenerated.NewerThanPeer.Contains(fullName);

    // Containers by their subcommands: what a template's second place may be.
    private static HashSet<string> Drawn()
    {
        HashSet<string> drawn = [];
        Grammar.WordSource words = new(new Random(1));
        foreach (Grammar.Template template in ScriptFamily.All.SelectMany(family => family.Templates))
        {
            for (int i = 0; i < 50; i++)
            {
                string[] call = template.Draw(words);
                string name = call[0].ToLowerInvariant();
                drawn.Add(name);
                if (call.Length > 1 && Table.Find(Encoding.ASCII.GetBytes(name)) is { Subcommands.Count: > 0 })
                    drawn.Add($"{name}|{call[1].ToLowerInvariant()}");
            }
        }

        return drawn;
    }
}
