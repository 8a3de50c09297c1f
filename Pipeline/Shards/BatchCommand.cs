using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>One command of a batch: where its arguments are, where it runs, where its reply ended up.</summary>
internal struct BatchCommand
{
    public CommandDescriptor Descriptor;

    /// <summary>Of an EXEC: the commands it runs.</summary>
    public TransactionQueue? Queue;
    public ulong Hash;

    /// <summary>Shards of the keys, one bit each; 0 for a command that runs without a shard.</summary>
    public ulong ShardMask;
    public int FirstArg;
    public int ArgCount;

    /// <summary>The next command of the same lane; -1 ends the chain.</summary>
    public int Next;
    public int ReplyStart;
    public int ReplyLength;
    public short Lane;
    private short _slotPlusOne;
    public byte Database;
    public bool Resp3;

    /// <summary>Whether CLIENT CACHING was given for it.</summary>
    public bool CachingGiven;

    /// <summary>Whether its reply is not sent (CLIENT REPLY OFF, SKIP).</summary>
    public bool IsSilent;

    /// <summary>Whether it met a pause of its slot on its shard, did nothing and has no reply: its session runs it again when the pause is over.</summary>
    public bool IsSentBack;

    /// <summary>Of a queued command: what its client is denied of it by the time of EXEC.</summary>
    public AclVerdict Denied;

    /// <summary>Cluster mode: the hash slot of its keys, found by the router; -1 without.</summary>
    public int Slot
    {
        readonly get => _slotPlusOne - 1;
        set => _slotPlusOne = (short)(value + 1);
    }
}
