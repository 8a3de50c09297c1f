// Owner: the thread that runs the lane.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Looks out for the elements of a big container that commands in a row name, as <see cref="BatchLane"/> does for keys: the bucket of an element is brought near when its command comes into
/// sight, its record some commands later. It only looks: of a container that goes or changes meanwhile it brings the wrong lines, or none.
/// </summary>
internal sealed class ElementLookOut(Batch batch)
{
    // Commands between a bucket and its record, a power of two.
    private const int Between = 4;

    private readonly ulong[] _hashes = new ulong[Between];
    private ulong _container;
    private DashTable? _elements;
    private int _seen;
    private int _fetched;

    /// <summary>A batch begins.</summary>
    public void Begin()
    {
        _container = 0;
        _elements = null;
        _seen = _fetched = 0;
    }

    /// <summary>A command has come into sight that is on the same key as the one before it.</summary>
    public void See(ShardBlock shard, ref BatchCommand command)
    {
        int at = command.Descriptor.ElementAt;
        if (at == 0)
            return;
        ArgView args = new(batch.Data, batch.Args.Items.AsSpan(command.FirstArg, command.ArgCount));
        if (command.Hash != _container)
            Enter(shard.Keyspace[command.Database], args, command.Hash);
        if (_elements is null)
            return;
        if (_seen - _fetched == Between)
            FetchNext();
        ulong hash = KeyHash.Of(args[at > 0 ? at : args.Count + at]);
        _elements.PrefetchBucket(hash);
        _hashes[_seen++ & (Between - 1)] = hash;
    }

    /// <summary>Brings the next element's record near: no more commands come into sight.</summary>
    public void FetchNext()
    {
        if (_fetched < _seen)
            _elements!.PrefetchRecord(_hashes[_fetched++ & (Between - 1)]);
    }

    private void Enter(Database database, ArgView args, ulong hash)
    {
        _container = hash;
        _seen = _fetched = 0;
        _elements = database.Table.TryFind(args[1], hash, out Slot slot) && database.Table.Encoding(slot) == ValueEncoding.Object
            ? database.Object<LargeValue>(slot).Elements
            : null;
    }
}
