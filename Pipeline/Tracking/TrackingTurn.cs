// Thread rule: one for each thread, used while it runs a message of a shard.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>
/// What tracking knows of the command that a thread runs: whose it is, the messages for that client itself, which go out behind its reply, and the changed keys
/// that are broadcast when the message of the shard is done.
/// </summary>
internal sealed class TrackingTurn
{
    [ThreadStatic]
    private static TrackingTurn? _current;

    private readonly List<byte[]> _own = [];
    private readonly List<int> _keys = [];
    private readonly SortedDictionary<byte[], ClientContext?> _changed = new(ByteOrder.Comparer);
    private ClientContext? _client;
    private bool _flushed;

    /// <summary>This thread's.</summary>
    public static TrackingTurn Current => _current ??= new TrackingTurn();

    /// <summary>A command begins that is not part of another one.</summary>
    public static TrackingTurn Begin(CommandSource source)
    {
        TrackingTurn turn = Current;
        if (!source.IsNested)
            turn._client = source.Client;
        return turn;
    }

    /// <summary>Whether this client's command is being run.</summary>
    public bool IsOf(ClientContext client) => ReferenceEquals(_client, client);

    /// <summary>The command has run: its keys are remembered if it read them, and if it was no part of another one its client is told what it has caused.</summary>
    public void End(CommandSource source, ReplyBuffer reply, in BatchCommand command)
    {
        if (source.Client.Tracking is { } tracking && IsReading(command.Descriptor) && tracking.Remembers(command.CachingGiven))
            Remember(source, command, tracking);
        if (!source.IsNested)
            TellOwn(source.Engine.Tracking, source.Client, command.IsSilent ? null : reply);
    }

    /// <summary>Gives a message to a client; the one whose command is being run gets it behind the reply.</summary>
    public void Deliver(ClientContext receiver, byte[] message)
    {
        if (IsOf(receiver))
            _own.Add(message);
        else
            receiver.Session.Push(message);
    }

    /// <summary>A key that is to be broadcast has changed.</summary>
    public void Changed(ReadOnlySpan<byte> key, bool isByClient) => _changed.TryAdd(key.ToArray(), isByClient ? _client : null);

    /// <summary>A database has been emptied: told once for a command, however many it empties.</summary>
    public void Flushed() => _flushed = true;

    /// <summary>The message of the shard is done.</summary>
    public void Conclude(TrackingHub hub)
    {
        SendFlush(hub);
        if (_changed.Count == 0)
            return;
        List<(byte[] Key, ClientContext? By)> changed = [.. _changed.Select(static change => (change.Key, change.Value))];
        _changed.Clear();
        hub.Broadcast(changed);
    }

    // EVAL_RO reads nothing itself; what it calls does.
    private static bool IsReading(CommandDescriptor descriptor)
        => (descriptor.Flags & (CommandFlags.ReadOnly | CommandFlags.NoScript)) == CommandFlags.ReadOnly && descriptor.Keys.HasKeys;

    private void Remember(CommandSource source, in BatchCommand command, ClientTracking tracking)
    {
        ArgView args = new(source.Data, source.Args.Items.AsSpan(command.FirstArg, command.ArgCount));
        ShardBlock[] shards = source.Engine.Shards;
        _keys.Clear();
        command.Descriptor.Keys.Find(args, _keys);
        foreach (int key in _keys)
        {
            ShardBlock home = shards[KeyHash.ShardOf(KeyHash.Of(args[key]), shards.Length)];
            KeyReaders.Of(home, source.Engine.Tracking).Remember(tracking, args[key]);
        }
    }

    private void TellOwn(TrackingHub hub, ClientContext client, ReplyBuffer? reply)
    {
        SendFlush(hub);
        _client = null;
        foreach (byte[] message in _own)
        {
            if (reply is null)
                client.Session.Push(message);
            else
                reply.Raw(message);
        }

        _own.Clear();
    }

    private void SendFlush(TrackingHub hub)
    {
        if (!_flushed)
            return;
        _flushed = false;
        hub.SendFlush();
    }
}
