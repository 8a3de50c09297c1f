using DragonflyFlow.Tests.Differential.Grammar;

namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>A family of commands under test: what is drawn, and what looks at everything now and then.</summary>
internal sealed class ScriptFamily
{
    private static readonly DragonflyFlow.Pipeline.Commands.CommandTable Table = new(DragonflyFlow.Pipeline.Commands.CommandFamilies.All);

    /// <summary>A family.</summary>
    /// <param name="name">As DFLOW_DIFF_FAMILY names it.</param>
    /// <param name="commands">The templates of its commands, one a line; a line written twice is drawn twice as often.</param>
    /// <param name="keys">The type of its keys.</param>
    /// <param name="probe">Reads a whole key of that type.</param>
    internal ScriptFamily(string name, string commands, string keys, params string[] probe)
    {
        Name = name;
        Templates = [.. Template.ParseLines(commands).Where(template => IsThere(template.Command))];
        Probes =
        [
            .. WordSource.KeysOf(keys).Select(key => probe.Select(word => word == "<key>" ? key : word).ToArray()),
            .. WordSource.AllKeys().Select(key => new[] { "PTTL", key }),
            ["KEYS", "*"],
            ["DBSIZE"],
        ];
        Probes = [.. Probes.Where(command => IsThere(command[0]))];
    }

    /// <summary>As the other, with a command that ends what the drawn ones may have left open before everything is read.</summary>
    internal ScriptFamily(string name, string commands, string keys, string[] closing, string[] probe)
        : this(name, commands, keys, probe) => Probes = [closing, .. Probes];

    /// <summary>All there are.</summary>
    internal static IReadOnlyList<ScriptFamily> All { get; } =
    [
        StringFamily.Script, BitFamily.Script, HyperLogLogFamily.Script, ListFamily.Script, HashFamily.Script, SetFamily.Script, SortedSetFamily.Script, GeoFamily.Script, StreamFamily.Script, GenericFamily.Script, ServerFamily.Script,
        TransactionFamily.Script,
    ];

    internal string Name { get; }

    internal IReadOnlyList<Template> Templates { get; }

    /// <summary>Commands that show all that the family's commands may have changed.</summary>
    internal IReadOnlyList<string[]> Probes { get; }

    private static bool IsThere(string command) => command == "NOSUCHCOMMAND" || Table.Find(System.Text.Encoding.ASCII.GetBytes(command)) is not null;
}
