// Owner: the shard. It observes the keyspace: what a command changes is noted while it runs, written as effects behind it (CommandEffects), and given to the
// consumers when its transaction ends, all in the same step. A walk gives base values in BeforeChange, so each comes before the record of its change.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>The changes of one shard, numbered, and who is given them. There is none on a shard whose changes nobody wants, which is what a command checks.</summary>
internal sealed class ShardJournal : IChangeObserver, IDisposable
{
    private const int KeptFrameBytesMax = 256 * 1024;

    private readonly ShardBlock _shard;
    private readonly StoreJournals _store;
    private readonly FrameBuffer _frame = new();
    private JournalBranch[] _branches = [];
    private JournalBranch? _ringBranch;
    private ulong _joined;
    private int _joinedShards;

    public ShardJournal(ShardBlock shard, StoreJournals store)
    {
        _shard = shard;
        _store = store;
        shard.Keyspace.Observe(this);
    }

    /// <summary>The number of the last change; 0 before the first.</summary>
    public long Lsn { get; private set; }

    /// <summary>The last changes; null if they are not kept.</summary>
    public JournalRing? Ring { get; private set; }

    /// <summary>The journals of all shards.</summary>
    public StoreJournals Store => _store;

    /// <summary>Who is given the changes.</summary>
    public IReadOnlyList<JournalBranch> Branches => _branches;

    /// <summary>The effects of the transaction that runs.</summary>
    public JournalDraft Draft { get; } = new();

    /// <summary>Keys that the running command has changed and that have no effect written yet.</summary>
    public ChangedKeys Changed { get; } = new();

    /// <summary>Databases that the running command has emptied and that have no effect written yet.</summary>
    public SortedSet<int> Cleared { get; } = [];

    /// <summary>Whether the running command has exchanged databases.</summary>
    public bool WasSwapped { get; private set; }

    /// <summary>Whether the running command has done anything that has no effect written yet.</summary>
    public bool HasChanges => Changed.Count > 0 || Cleared.Count > 0 || WasSwapped;

    /// <summary>The last changes are kept here, by this branch.</summary>
    public void BeginRing(JournalRing ring, JournalBranch branch)
    {
        Ring = ring;
        _ringBranch = branch;
    }

    /// <summary>The last changes are kept no longer.</summary>
    public void EndRing()
    {
        Ring = null;
        _ringBranch?.End();
        _ringBranch = null;
    }

    /// <summary>Adds a consumer; from inside a step of the shard.</summary>
    public void Add(JournalBranch branch) => _branches = [.. _branches, branch];

    /// <summary>Takes a consumer off; the last one to leave ends the journal.</summary>
    public void Remove(JournalBranch branch)
    {
        _branches = Array.FindAll(_branches, other => !ReferenceEquals(other, branch));
        if (_branches.Length > 0)
            return;
        _shard.Keyspace.Unobserve(this);
        _store.End(_shard);
        Dispose();
    }

    /// <summary>Gives back the memory of its last frame.</summary>
    public void Dispose() => _frame.Dispose();

    /// <summary>A transaction that runs in parts: its id, and how many shards take part. A part that changes nothing says so with a record without words.</summary>
    public void Join(ulong transaction, int shards)
    {
        _joined = transaction;
        _joinedShards = shards;
    }

    /// <summary>The effects of the running command are written.</summary>
    public void ForgetChanges()
    {
        Changed.Clear();
        if (Cleared.Count > 0)
            Cleared.Clear();
        WasSwapped = false;
    }

    /// <summary>What has changed and has no effect yet is written as its present state. Whether the transaction has any effect.</summary>
    public bool Settle()
    {
        if (Cleared.Count > 0)
        {
            foreach (int database in Cleared)
                Draft.Begin(database, slot: -1).Word("FLUSHDB"u8);
        }

        for (int i = 0; i < Changed.Count; i++)
        {
            if (!Changed.ComesAgain(i))
                WriteState(Changed.DatabaseOf(i), Changed[i]);
        }

        ForgetChanges();
        return Draft.Count > 0 || _joinedShards > 0;
    }

    /// <summary>A transaction on this shard alone, or a part of one, has ended.</summary>
    public void Conclude()
    {
        if (!Settle())
            return;
        if (_joinedShards == 0)
            Give(_store.NextTransaction(), shards: 1);
        else
            Give(_joined, _joinedShards);
    }

    /// <summary>Gives the effects, which are settled, to all consumers; afterwards the intake rests for those that have become full.</summary>
    public void Give(ulong transaction, int shards)
    {
        if (Draft.Count == 0)
            Draft.Begin(0, slot: -1);
        for (int i = 0; i < Draft.Count; i++)
        {
            ChangeHeader header = new()
            {
                Lsn = ++Lsn,
                Transaction = transaction,
                Shards = shards,
                Left = Draft.Count - 1 - i,
                Database = Draft.DatabaseOf(i),
                Slot = Draft.SlotOf(i),
            };
            Give(header, Draft.RangesOf(i));
        }

        Draft.Clear();
        _joinedShards = 0;
        foreach (JournalBranch branch in _branches)
            branch.RestIfFull();
    }

    /// <summary>Writes a key's present state as an effect: gone, a string, or a value of another type with all it has.</summary>
    public void WriteState(int databaseIndex, ReadOnlySpan<byte> key) => KeyState.Write(_shard.Keyspace[databaseIndex], key, Draft);

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
    }

    /// <inheritdoc />
    public void BeforeClear(Database database)
    {
        if (database.Count > 0)
            Cleared.Add(database.Index);
    }

    /// <inheritdoc />
    public void BeforeSwap(Database first, Database second) => WasSwapped = true;

    /// <inheritdoc />
    public void Added(Database database, ReadOnlySpan<byte> key) => Changed.Add(database.Index, key);

    /// <inheritdoc />
    public void Removing(Database database, Slot slot)
    {
        // Whatever removes a key reports it (AfterChange), except moves to where the key is added.
    }

    /// <inheritdoc />
    public void FieldExpired(Database database, ReadOnlySpan<byte> key, ReadOnlySpan<byte> field)
        => Draft.Begin(database.Index, KeySlot.Of(key)).Word("HDEL"u8).Word(key).Word(field);

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name)
    {
        if (change is ChangeClass.Expired or ChangeClass.Evicted)
            Draft.Begin(database.Index, KeySlot.Of(key)).Word("DEL"u8).Word(key);
        else
            Changed.Add(database.Index, key);
    }

    private void Give(in ChangeHeader header, ReadOnlySpan<ArgRange> words)
    {
        _frame.Clear(KeptFrameBytesMax);
        ChangeFrame.Write(_frame, header, Draft.Data, words);
        JournalRecord record = new(header, new ArgView(Draft.Data, words), _frame.Written);
        foreach (JournalBranch branch in _branches)
            branch.Give(record);
    }
}
