using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

/// <summary>An observer that writes down what it is told, and holds that the old content of every key is shown before its change is reported.</summary>
internal sealed class ChangeLog : IChangeObserver
{
    private readonly HashSet<string> _shown = [];

    /// <summary>"3:key class event" for each change since the last <see cref="Take"/>.</summary>
    internal List<string> Events { get; } = [];

    /// <summary>"3:key" for each record that was shown since the last <see cref="Take"/>.</summary>
    internal IReadOnlyCollection<string> Shown => _shown;

    public void BeforeChange(Database database, Slot slot) => _shown.Add(Name(database, database.Table.Key(slot)));

    public void BeforeClear(Database database) => Events.Add($"{database.Index}: clear");

    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name)
        => Events.Add($"{Name(database, key)} {change} {name}");

    /// <summary>What was reported, and forgets it.</summary>
    internal string Take()
    {
        string events = string.Join("; ", Events);
        Events.Clear();
        _shown.Clear();
        return events;
    }

    private static string Name(Database database, ReadOnlySpan<byte> key) => $"{database.Index}:{Encoding.UTF8.GetString(key)}";
}
