// Owner: the shard, as its keyspace. Publishing hands the messages to the subscribers' queues; their connections are woken when the thread has left the shard.

using System.Buffers.Text;
using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.PubSub;

/// <summary>
/// Keyspace notifications of one shard: each reported change becomes a message on __keyspace@db__:key and on __keyevent@db__:event, as
/// notify-keyspace-events says. Observes the keyspace only while that option names something.
/// </summary>
internal sealed class KeyspaceNotifier(PubSubHub hub) : IChangeObserver
{
    private byte[] _channel = new byte[256];

    /// <summary>What is told.</summary>
    public KeyspaceEvents Events { get; set; }

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
    }

    /// <inheritdoc />
    public void BeforeClear(Database database)
    {
    }

    /// <inheritdoc />
    public void Added(Database database, ReadOnlySpan<byte> key) => Tell(database, key, KeyspaceEvents.NewKey, "new");

    /// <inheritdoc />
    public void Missed(Database database, ReadOnlySpan<byte> key) => Tell(database, key, KeyspaceEvents.KeyMiss, "keymiss");

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name) => Tell(database, key, ClassOf(change), name);

    private void Tell(Database database, ReadOnlySpan<byte> key, KeyspaceEvents kind, string name)
    {
        if ((Events & kind) == 0)
            return;
        Span<byte> word = stackalloc byte[64];
        word = word[..Encoding.UTF8.GetBytes(name, word)];
        if ((Events & KeyspaceEvents.Keyspace) != 0)
            hub.Publish(ChannelOf("__keyspace@"u8, database.Index, key), word);
        if ((Events & KeyspaceEvents.KeyEvent) != 0)
            hub.Publish(ChannelOf("__keyevent@"u8, database.Index, word), key);
    }

    private ReadOnlySpan<byte> ChannelOf(ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> rest)
    {
        const int NumberAndMarks = 16;
        if (_channel.Length < prefix.Length + NumberAndMarks + rest.Length)
            _channel = new byte[2 * (prefix.Length + NumberAndMarks + rest.Length)];
        prefix.CopyTo(_channel);
        int length = prefix.Length;
        Utf8Formatter.TryFormat(database, _channel.AsSpan(length), out int digits);
        length += digits;
        "__:"u8.CopyTo(_channel.AsSpan(length));
        length += 3;
        rest.CopyTo(_channel.AsSpan(length));
        return _channel.AsSpan(0, length + rest.Length);
    }

    private static KeyspaceEvents ClassOf(ChangeClass change) => change switch
    {
        ChangeClass.Generic => KeyspaceEvents.Generic,
        ChangeClass.String => KeyspaceEvents.String,
        ChangeClass.List => KeyspaceEvents.List,
        ChangeClass.Set => KeyspaceEvents.Set,
        ChangeClass.Hash => KeyspaceEvents.Hash,
        ChangeClass.SortedSet => KeyspaceEvents.SortedSet,
        ChangeClass.Stream => KeyspaceEvents.Stream,
        ChangeClass.Silent => KeyspaceEvents.None,
        ChangeClass.Expired => KeyspaceEvents.Expired,
        ChangeClass.Evicted => KeyspaceEvents.Evicted,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "no class of notifications"),
    };
}
