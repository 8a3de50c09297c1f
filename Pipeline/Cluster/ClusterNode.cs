// Concurrency rule: _view is read by any thread and replaced while all shards are held, so whoever runs on a shard sees one view from beginning to end. The
// epoch belongs to whoever holds all shards.

using System.Security.Cryptography;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// The store as a node of a cluster. It is passive: what it owns is what the last configuration pushed to it says. Exists in cluster mode only; everybody else
/// looks whether there is one.
/// </summary>
public sealed class ClusterNode : IKeyKeeper
{
    private const int IdBytes = 20;
    private const string TryAgain = "TRYAGAIN slots of this node are being handed over";
    private const string Invalid = "ERR Invalid cluster configuration: ";

    private readonly StoreEngine _engine;
    private ClusterView _view;
    private long _epoch = -1;
    private byte[] _epochText = [];
    private long _walks;

    /// <summary>Makes the node of a store, and counts the keys of its shards by slot from now on.</summary>
    internal ClusterNode(StoreEngine engine)
    {
        _engine = engine;
        IsReal = engine.Config.Get(StoreOptions.ClusterMode) == ClusterMode.Yes;
        string id = engine.Config.Get(StoreOptions.ClusterNodeId);
        Id = id.Length > 0 ? id : MakeId(engine.Options.Seed);
        if (IsReal)
            CompiledAhead.Migrations.Run(engine.Options.Network?.GetType());
        _view = IsReal ? ClusterView.Unconfigured(Id) : ClusterView.Whole(new ClusterNodeInfo(Id, "", 0));
        Flushes = new SlotFlushes(engine);
        foreach (ShardBlock shard in engine.Shards)
        {
            shard.Slots = new SlotTable(shard.Keyspace);
            shard.Keyspace.Keeper = IsReal ? this : null;
        }

        Streams = new SlotMigrations(engine, this);
    }

    /// <summary>Whether it owns a part of the slots, rather than playing a cluster of one.</summary>
    public bool IsReal { get; }

    /// <summary>CLUSTER MYID.</summary>
    public string Id { get; }

    /// <summary>The configuration as this node sees it.</summary>
    public ClusterView View => Volatile.Read(ref _view);

    /// <summary>The highest epoch seen; -1 before the first one.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>The migrations of the configuration.</summary>
    public MigrationRegister Migrations { get; } = new();

    /// <summary>Those migrations as streams.</summary>
    internal SlotMigrations Streams { get; }

    /// <summary>Flushes of slots, under way and past.</summary>
    internal SlotFlushes Flushes { get; }

    /// <summary>The shards as a client is told of them: of a node without a configuration, itself.</summary>
    public IReadOnlyList<ClusterShard> ShardsFor(ClientContext client)
    {
        ArgumentNullException.ThrowIfNull(client);
        ClusterView view = View;
        if (view.Config is not null)
            return view.Shards;
        return [new ClusterShard(IsReal ? [] : SlotSet.All.Ranges, SelfAsSeenBy(client), [], [])];
    }

    /// <summary>A name for a walk over the slots.</summary>
    internal string NextWalk() => $"slot-walk-{Interlocked.Increment(ref _walks)}";

    /// <summary>Keys of a slot on all shards, which the caller holds.</summary>
    internal long KeysIn(int slot) => _engine.Shards.Sum(shard => (long)shard.Slots!.KeysIn(slot));

    /// <summary>
    /// Slots whose keys of a shard, which the caller owns, a snapshot keeps: those that are the node's own. Null: all, since there are no others, or nobody has told it what is its
    /// own. Keys of other slots are on their way here and a part only, or about to be flushed.
    /// </summary>
    internal SlotSet? SavedOf(ShardBlock shard)
    {
        ClusterView view = View;
        return IsReal && view.Config is not null && shard.Slots!.HasKeysOutside(view.Held) ? view.Held : null;
    }

    /// <summary>Why a command on a slot is not run here, or null.</summary>
    internal string? RefusalOf(int slot, CommandFlags flags, ClientContext client)
    {
        if (client.Flow is { } flow)
            return flow.RefusalOf(slot);
        bool mayRead = (flags & CommandFlags.PubSub) != 0 || (client.ReadsReplica && (flags & CommandFlags.Write) == 0);
        return View.Refusal(slot, mayRead);
    }

    /// <summary>
    /// The last look, on the shard: the configuration may have changed since the command was routed. False: refused, and answered, or taken back by its session to wait there. Keys that a flush has not
    /// come to yet are removed before the command sees them.
    /// </summary>
    internal bool Admits(CommandSource source, ShardBlock home, ReplyBuffer reply, ref BatchCommand command)
    {
        int slot = command.Slot;
        if (!source.Client.IsPeer && _engine.Pause.HoldsForSlots(command))
        {
            if (source.TryTakeBack(ref command))
                return false;
            Refuse(reply, ref command, slot < 0 ? TryAgain : View.RedirectionOf(slot));
            return false;
        }

        if (!source.Client.IsPeer && _engine.Pause.RefusesForSlots(command))
        {
            Refuse(reply, ref command, TryAgain);
            return false;
        }

        if (slot < 0)
            return true;
        CommandFlags flags = command.Queue?.Flags ?? command.Descriptor.Flags;
        if (RefusalOf(slot, flags, source.Client) is { } moved)
        {
            Refuse(reply, ref command, moved);
            return false;
        }

        home.Slots!.CountCommand(slot, command.Descriptor.Flags);
        if (Flushes.AnyUnderWay)
            Settle(source, command);
        return true;
    }

    private static void Refuse(ReplyBuffer reply, ref BatchCommand command, string error)
    {
        command.Queue?.Abandon();
        reply.Error(error);
    }

    /// <summary>Removes what is old of the keys that a command names.</summary>
    internal void Settle(CommandSource source, in BatchCommand command)
    {
        ArgView args = new(source.Data, source.Args.Items.AsSpan(command.FirstArg, command.ArgCount));
        List<int> keys = [];
        command.Descriptor.Keys.Find(args, keys);
        foreach (int key in keys)
        {
            ulong hash = KeyHash.Of(args[key]);
            ShardBlock shard = _engine.Shards[KeyHash.ShardOf(hash, _engine.Shards.Length)];
            shard.Slots!.Settle(shard.Keyspace[command.Database], KeySlot.Of(args[key]), args[key], hash);
        }
    }

    /// <summary>
    /// Takes over a configuration, while all shards are held; the error that says why not, or null. Then nothing has changed. A forced one decides whose slots are that are being handed over, also if it is
    /// not known whether their target has them, and whose they are that this node has been given: what their target has acknowledged since is given up then.
    /// </summary>
    internal string? Apply(ReadOnlySpan<byte> json, bool isForced)
    {
        if (ClusterJson.TryRead(json, out string? error) is not { } config)
            return Invalid + error;
        ClusterView view = ClusterView.Of(Id, config);
        if (!isForced && Migrations.WhatIsUndecided(view) is { } undecided)
            return "TRYAGAIN " + undecided;
        if (Migrations.WhatIsLost(view) is { } lost)
            return Invalid + lost;
        if (!isForced && Migrations.WhatIsTaken(view) is { } taken)
            return Invalid + taken;
        if (CheckEpoch(config) is { } outOfTurn)
            return Invalid + outOfTurn;
        Migrations.Update(view);
        // What has changed hands is not given back by a configuration that does not know of it yet.
        foreach (OutgoingMigration outgoing in Migrations.Outgoing.Where(migration => migration.Progress.State == MigrationState.Finished))
            view = view.HandedOver(Id, outgoing.Declared);
        foreach (IncomingMigration incoming in Migrations.Incoming.Where(migration => migration.Progress.State == MigrationState.Finished))
            view = view.HandedOver(incoming.SourceId, incoming.Declared);
        Adopt(view);
        Streams.Follow();
        return null;
    }

    /// <summary>A migration has finished: its slots are the target's from this step on, in which all shards are held.</summary>
    internal void HandOver(string sourceId, SlotMigration migration) => Adopt(View.HandedOver(sourceId, migration));

    // All that follows from a view begins in the step that brings it: nobody sees a part of it.
    private void Adopt(ClusterView view)
    {
        Volatile.Write(ref _view, view);
        SendClientsAway(view);
        Flushes.Begin(SlotSet.All.Except(view.Held.Union(view.Expected)));
    }

    /// <summary>When keys of slots that are on their way here go, the source says; those that are just being handed over stay as they are.</summary>
    bool IKeyKeeper.Keeps(ReadOnlySpan<byte> key)
    {
        ClusterView view = View;
        SlotSet paused = _engine.Pause.Slots;
        if (view.Expected.IsEmpty && paused.IsEmpty)
            return false;
        int slot = KeySlot.Of(key);
        return (view.Expected.Contains(slot) && !view.Held.Contains(slot)) || paused.Contains(slot);
    }

    // Who waits for a key of a slot that has left, or listens to a channel of one, learns where to go.
    private void SendClientsAway(ClusterView view)
    {
        foreach (ShardBlock shard in _engine.Shards)
            shard.Waiters?.EndWhere(command => command.Slot < 0 ? null : view.Refusal(command.Slot, mayRead: false));
        SubscriberTable channels = _engine.PubSub.ShardChannels;
        foreach ((byte[] channel, Session[] sessions) in channels.All)
        {
            if (view.Refusal(KeySlot.Of(channel), mayRead: true) is null)
                continue;
            foreach (Session session in sessions)
                session.LookAtShardChannels();
        }
    }

    private string? CheckEpoch(ClusterConfig config)
    {
        if (config.Epoch is not { } epoch)
            return null;
        if (epoch < _epoch)
            return $"epoch {epoch} is older than epoch {_epoch} of this node";
        byte[] text = ClusterJson.Write(config);
        if (epoch == _epoch && !text.AsSpan().SequenceEqual(_epochText))
            return $"epoch {epoch} is that of another configuration";
        _epochText = text;
        Volatile.Write(ref _epoch, epoch);
        return null;
    }

    private ClusterNodeInfo SelfAsSeenBy(ClientContext client)
    {
        string ip = _engine.Config.Get(StoreOptions.ClusterAnnounceIp);
        if (ip.Length == 0 && client.LocalAddress.LastIndexOf(':') is > 0 and var colon && client.LocalAddress[0] != '/')
            ip = client.LocalAddress[..colon].Trim('[', ']');
        int port = _engine.Config.GetInt(StoreOptions.AnnouncePort);
        return new ClusterNodeInfo(Id, ip, port > 0 ? port : Math.Max(0, _engine.Config.GetInt(StoreOptions.Port)));
    }

    // Forty hexadecimal digits, as a node of Redis; one way, because the seed is secret.
    private static string MakeId(ulong seed)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(BitConverter.GetBytes(seed), hash);
        return Convert.ToHexStringLower(hash[..IdBytes]);
    }
}
