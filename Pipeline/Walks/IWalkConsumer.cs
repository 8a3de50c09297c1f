// Owner: the shard; every member is called inside a step of the shard that is walked.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>Who is walked for: a snapshot's source, a restore streamer. It must not wait, change the keyspace, or throw for what it finds.</summary>
internal interface IWalkConsumer
{
    /// <summary>Whether it wants the walk to go on now; while it does not, only what is about to change is given to it (back-pressure stops slices, not shards).</summary>
    bool WantsMore { get; }

    /// <summary>Whether slices for it may run in time that I/O threads would sleep in; it says the same always, and then <see cref="WantsMore"/> is asked by any thread.</summary>
    bool UsesIdleTime => false;

    /// <summary>
    /// Takes what is left of one bucket: records as they were when the walk was registered, each of them once, before any later change of it.
    /// <paramref name="database"/> is the number that the database had then; <paramref name="content"/> is where its records are now.
    /// </summary>
    void Take(Database content, int database, BucketSlots records);

    /// <summary>Takes one record, because it is about to change; the others of its bucket come later.</summary>
    void TakeOne(Database content, int database, Slot slot) => Take(content, database, content.Table.Only(slot));

    /// <summary>Whether it takes what is big in parts.</summary>
    bool TakesParts => false;

    /// <summary>
    /// A slice has come to a bucket of which nobody has taken all yet: takes a part of what is big in what is left of it, some 64 KB. False if there is nothing (more) to be taken in
    /// parts, and the rest comes with <see cref="Take"/>; that may come at any moment, as may <see cref="TakeOne"/>, and is for all that is missing.
    /// </summary>
    bool TakePart(Database content, BucketSlots left) => false;

    /// <summary>
    /// Whether it has put records aside that it was given, to take them in pieces: the walk does not go on before, nor leave the database that they are in. Before
    /// one of them changes it is taken whole, which is the consumer's own affair.
    /// </summary>
    bool HasAside => false;

    /// <summary>Takes a piece of what was put aside.</summary>
    void TakeAside()
    {
    }

    /// <summary>All has been given; the walk has left the shard and its lease is released.</summary>
    void Finished(ShardWalk walk);
}
