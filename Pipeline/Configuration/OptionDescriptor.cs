using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>One line of the option table: all that the command line, the environment, appsettings.json, CONFIG and --help need to know.</summary>
public abstract class OptionDescriptor
{
    private protected OptionDescriptor(int index, string name, string group, string doc)
    {
        Index = index;
        Name = name;
        DashedName = name.Replace('_', '-');
        Group = group;
        Doc = doc;
    }

    /// <summary>Place in <see cref="StoreOptions.All"/>.</summary>
    public int Index { get; }

    /// <summary>The name in the table's own spelling, with underscores.</summary>
    public string Name { get; }

    /// <summary>The name as Redis spells it, with dashes.</summary>
    public string DashedName { get; }

    /// <summary>Other names of Redis for the same option, with dashes (hash-max-ziplist-entries).</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Heading in --help.</summary>
    public string Group { get; }

    /// <summary>One line: what it does, its unit, what 0 means.</summary>
    public string Doc { get; }

    /// <summary>When the value may be set.</summary>
    public OptionChange Change { get; init; } = OptionChange.AtRunTime;

    /// <summary>Never printed or logged by us; CONFIG GET answers it to those who may use CONFIG.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Name of the kind ("bytes").</summary>
    public abstract string KindName { get; }

    /// <summary>What is allowed, for --help ("0..65535"); empty if anything of the kind is.</summary>
    public abstract string Range { get; }

    /// <summary>The default in the form of CONFIG GET.</summary>
    public abstract string DefaultText { get; }

    internal abstract object DefaultBoxed { get; }

    /// <summary>Whether <paramref name="name"/> is one of the option's names, in any case and in either spelling.</summary>
    public bool IsNamed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string dashed = name.Replace('_', '-');
        return dashed.Equals(DashedName, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(dashed, StringComparer.OrdinalIgnoreCase);
    }

    internal abstract bool TryParse(string text, object current, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? error);

    internal abstract string Format(object value);
}
