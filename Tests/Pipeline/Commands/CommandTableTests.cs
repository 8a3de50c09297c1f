using System.Text;
using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Names are found in any case, and nothing else is: a short name is compared as one word, so no other bytes may make the same word.</summary>
[TestClass]
public sealed class CommandTableTests
{
    private static readonly CommandTable Table = new(CommandFamilies.All);

    [TestMethod]
    public void Each_command_is_found_by_its_name_in_any_case()
    {
        foreach (CommandDescriptor command in Table.Commands)
        {
            string mixed = string.Concat(command.Name.Select((letter, i) => i % 2 == 0 ? char.ToUpperInvariant(letter) : letter));
            foreach (string name in (string[])[command.Name, command.Name.ToUpperInvariant(), mixed])
                Assert.AreSame(command, Find(name), name);
        }
    }

    [TestMethod]
    public void No_name_with_one_byte_changed_put_in_or_left_out_is_taken_for_another()
    {
        HashSet<string> names = [.. Table.Commands.Select(command => command.Name)];
        int refused = 0;
        foreach (string name in names)
        {
            for (int at = 0; at < name.Length; at++)
            {
                Look(name.Remove(at, 1));
                Look(name.Insert(at, "\0"));
                Look(name.Insert(at, name[at].ToString()));
                for (char other = '\0'; other < 128; other++)
                    Look(string.Concat(name.AsSpan(0, at), other.ToString(), name.AsSpan(at + 1)));
            }
        }

        Assert.IsGreaterThan(100_000, refused);

        void Look(string text)
        {
            CommandDescriptor? found = Find(text);
            string lower = text.ToLowerInvariant();
            Assert.AreEqual(names.Contains(lower) ? lower : null, found?.Name, $"'{text}'");
            refused += found is null ? 1 : 0;
        }
    }

    private static CommandDescriptor? Find(string name) => Table.Find(Encoding.ASCII.GetBytes(name));
}
