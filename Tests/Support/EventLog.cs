using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Support;

/// <summary>The changes that the first shard of a store reports, as "event key".</summary>
internal sealed class EventLog : IChangeObserver
{
    internal EventLog(InProcessClient client) => client.Engine.Shards[0].Keyspace.Observe(this);

    internal List<string> Events { get; } = [];

    /// <summary>Keys whose old content was shown.</summary>
    internal List<string> Shown { get; } = [];

    public void BeforeChange(Database database, Slot slot) => Shown.Add(Encoding.UTF8.GetString(database.Table.Key(slot)));

    public void BeforeClear(Database database)
    {
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name) => Events.Add($"{name} {Encoding.UTF8.GetString(key)}");
}
