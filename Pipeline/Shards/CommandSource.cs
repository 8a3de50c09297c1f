using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Where commands come from: who asked, and the memory that their arguments lie in. A batch of a session, the queue of a MULTI, the calls of a script.</summary>
internal abstract class CommandSource(StoreEngine engine, ClientContext client, ArgList? args = null)
{
    /// <summary>The store.</summary>
    public StoreEngine Engine { get; } = engine;

    /// <summary>The client that asked.</summary>
    public ClientContext Client { get; protected set; } = client;

    /// <summary>Argument ranges of all commands.</summary>
    public ArgList Args { get; } = args ?? new ArgList();

    /// <summary>The bytes that the ranges point into.</summary>
    public byte[] Data { get; protected set; } = [];

    /// <summary>Whether the commands run inside a MULTI or a script: then none may wait, and the shards of all their keys are held already.</summary>
    public virtual bool IsNested => false;

    /// <summary>Who MONITOR shows instead of the client's address ("lua"); null for the client itself.</summary>
    public virtual string? Origin => null;

    /// <summary>Whether commands that grow the store run though memory is used up: a script that said so, or has written.</summary>
    public virtual bool AllowsOom => false;

    /// <summary>Takes back a command that met a pause of its slot, to run it again when that is over; false if it cannot wait here and is to be refused. Owner: the shard.</summary>
    public virtual bool TryTakeBack(ref BatchCommand command) => false;

    /// <summary>Of a blocked command that is served: the argument that is the key it is served from; 0 = all its keys are looked at.</summary>
    public virtual int OnlyKey => 0;
}
