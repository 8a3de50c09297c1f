using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>
/// One command being run: its arguments, where its reply goes, and the databases it may touch. Exists on the stack of the thread that owns the shards
/// of its keys; nothing of it may be kept.
/// </summary>
public readonly ref struct CommandCall
{
    private readonly CommandSource _source;
    private readonly ref BatchCommand _command;

    internal CommandCall(CommandSource source, Database? database, ReplyBuffer reply, ref BatchCommand command)
    {
        _source = source;
        _command = ref command;
        Args = new ArgView(source.Data, source.Args.Items.AsSpan(command.FirstArg, command.ArgCount));
        Database = database!;
        Reply = reply;
    }

    /// <summary>The arguments; [0] is the name.</summary>
    public ArgView Args { get; }

    /// <summary>The database of the first key (of shard 0 for commands without keys); null for commands that run without a shard.</summary>
    public Database Database { get; }

    /// <summary>Where the one reply goes.</summary>
    public ReplyBuffer Reply { get; }

    /// <summary>The command.</summary>
    public CommandDescriptor Descriptor => _command.Descriptor;

    /// <summary>The client that asked.</summary>
    public ClientContext Client => _source.Client;

    /// <summary>The store.</summary>
    public StoreEngine Engine => _source.Engine;

    /// <summary>Hash of the first key.</summary>
    public ulong Hash => _command.Hash;

    /// <summary>Whether it runs inside a MULTI or a script, where nothing may wait: a blocking command answers as after its timeout.</summary>
    public bool IsNested => _source.IsNested;

    /// <summary>Whether a script calls it.</summary>
    public bool IsScripted => _source.Origin is not null;

    /// <summary>Of a blocked command that is served: the argument that is the key it is served from; 0 = all its keys are looked at.</summary>
    public int OnlyKey => _source.OnlyKey;

    /// <summary>Whether CLIENT CACHING was given for it.</summary>
    public bool CachingGiven => _command.CachingGiven;

    /// <summary>Number of the database that the client had selected.</summary>
    public int DatabaseIndex => _command.Database;

    /// <summary>Shards that are held while it runs, one bit each; 0 for a command that runs without a shard.</summary>
    public ulong HeldShards => _command.ShardMask;

    /// <summary>Cluster mode: the hash slot of its keys; -1 without.</summary>
    public int Slot => _command.Slot;

    /// <summary>Of an EXEC: the commands it runs.</summary>
    internal TransactionQueue? Queue => _command.Queue;

    /// <summary>Arguments, the name included.</summary>
    public int Count => Args.Count;

    /// <summary>Unix milliseconds of this message. For what a migration brings no moment has passed: when keys expire is the source's to say until the slots are ours.</summary>
    public long NowMs => Client.Flow is null ? Database.Keyspace.NowMs : 0;

    /// <summary>The first key, for commands whose key is the first argument.</summary>
    public ReadOnlySpan<byte> Key => Args[1];

    /// <summary>The database and the hash of any of the command's keys.</summary>
    public Database Locate(ReadOnlySpan<byte> key, out ulong hash)
    {
        hash = KeyHash.Of(key);
        return DatabaseOf(hash);
    }

    /// <summary>The database of the key with this hash.</summary>
    public Database DatabaseOf(ulong hash)
        => Engine.Shards.Length == 1 ? Database : Engine.Shards[KeyHash.ShardOf(hash, Engine.Shards.Length)].Keyspace[Database.Index];

    /// <summary>The same in another database (COPY ... DB, MOVE).</summary>
    public Database Locate(ReadOnlySpan<byte> key, int databaseIndex, out ulong hash)
    {
        hash = KeyHash.Of(key);
        return Engine.Shards[KeyHash.ShardOf(hash, Engine.Shards.Length)].Keyspace[databaseIndex];
    }

    /// <summary>Finds the first key for reading; false with a reply written if it has another type. A missing key is found with <paramref name="exists"/> false.</summary>
    public bool FindForRead(ValueKind kind, out Slot slot, out bool exists)
    {
        exists = Database.FindForRead(Key, Hash, out slot);
        return !exists || IsKind(slot, kind);
    }

    /// <summary>Finds the first key for a change; false with a reply written if it has another type.</summary>
    public bool FindForWrite(ValueKind kind, out Slot slot, out bool exists)
    {
        exists = Database.FindForWrite(Key, Hash, out slot);
        return !exists || IsKind(slot, kind);
    }

    /// <summary>Parses an integer argument; false with Redis's error written.</summary>
    public bool TryInteger(int index, out long value, string error = Errors.NotInteger)
    {
        if (Numbers.TryInteger(Args[index], out value))
            return true;
        Reply.Error(error);
        return false;
    }

    /// <summary>Parses an integer argument of 32 bits; false with Redis's error written, or the one given.</summary>
    public bool TryInt(int index, out int value, string? error = null)
    {
        bool isInteger = Numbers.TryInteger(Args[index], out long number);
        value = (int)number;
        if (isInteger && value == number)
            return true;
        Reply.Error(error ?? (isInteger ? Errors.OutOfIntRange : Errors.NotInteger));
        return false;
    }

    /// <summary>Parses a float argument; false with Redis's error written.</summary>
    public bool TryFloat(int index, out double value, string error = Errors.NotFloat)
    {
        if (Numbers.TryFloat(Args[index], out value))
            return true;
        Reply.Error(error);
        return false;
    }

    /// <summary>Reports a finished change of the first key.</summary>
    public void Changed(ChangeClass change, string name) => Database.Changed(Key, change, name);

    /// <summary>Whether a command on several keys looks at this one.</summary>
    public bool LooksAt(int argument) => OnlyKey == 0 || OnlyKey == argument;

    private bool IsKind(Slot slot, ValueKind kind)
    {
        if (Database.Table.Kind(slot) == kind)
            return true;
        Reply.Error(Errors.WrongType);
        return false;
    }
}
