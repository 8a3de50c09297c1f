// Owner: the run before the block runs and after it has ended; in between the block, one part at a time.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// A branch that reads each record again and adds it to the digest of all: what DEBUG DIGEST would have said at the cut, if what was written is what was
/// there. A record lives for that moment in a keyspace of its own.
/// </summary>
internal sealed class DigestSink(ISnapshotForm form) : ISnapshotSink, IDisposable
{
    private static readonly BlockOptions FewParts = new() { Bound = 4, IsBackground = true };

    private readonly DataDigest _digest = new();
    private Keyspace? _scratch;
    private RdbScratch? _borrowed;

    /// <inheritdoc />
    public string Name => "digest";

    /// <inheritdoc />
    public bool IsEssential => false;

    /// <summary>The digest; empty if it was not found.</summary>
    public string Text { get; private set; } = "";

    /// <inheritdoc />
    public Task BeginAsync()
    {
        _scratch = new Keyspace(new KeyspaceOptions());
        _borrowed = new RdbScratch();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public IReadOnlyList<ITargetBlock<SnapshotPart>> Build(FlowScope scope, Stage stage, IReadOnlyList<FanOut<SnapshotPart>> branches)
    {
        ITargetBlock<SnapshotPart> digest = scope.AddAction<SnapshotPart>("digest", stage, Upstreams.Of([.. branches]), Take, FewParts);
        return [.. branches.Select(_ => digest)];
    }

    /// <inheritdoc />
    public Task CommitAsync(SnapshotSummary summary)
    {
        Text = _digest.ToString();
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Abandon() => Dispose();

    /// <inheritdoc />
    public void Dispose()
    {
        _scratch?.Dispose();
        _borrowed?.Dispose();
        (_scratch, _borrowed) = (null, null);
    }

    private void Take(SnapshotPart part)
    {
        form.Read(part, Add);
        part.Release();
    }

    private void Add(SnapshotRecord record)
    {
        if (!record.TryDecode(_borrowed!, _scratch!, out DecodedValue value))
            throw new InvalidDataException($"A record cannot be read again: {record.Type}.");
        using (value)
        {
            Database database = _scratch![0];
            ulong hash = KeyHash.Of(record.Key);
            value.Store(database, record.Key, hash, record.ExpireAtMs);
            if (database.Table.TryFind(record.Key, hash, out Slot slot))
                _digest.Add(database, record.Database, slot);
            database.Delete(record.Key, hash);
        }
    }
}
