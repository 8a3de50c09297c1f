namespace DragonflyFlow.Pipeline.Journal;

/// <summary>Who is given the changes of a shard from the moment of its registration on: a restore streamer, a replica's stream, a log.</summary>
internal interface IJournalConsumer
{
    /// <summary>Its name, for INFO and messages.</summary>
    string Name { get; }

    /// <summary>
    /// Whether it keeps up. While it does not the shard's intake rests between two messages, until <see cref="JournalBranch.RoomCame"/>; also true of a
    /// consumer that has ended. Any thread.
    /// </summary>
    bool HasRoom { get; }

    /// <summary>
    /// Takes a change, in the shard's step that made it, in order, whether it has room or not. A base value that a walk owes of the same key has been given
    /// before. Must not wait, change the keyspace, or throw: a consumer that throws is faulted.
    /// </summary>
    void Take(in JournalRecord record);

    /// <summary>It is given nothing more: it had no room for too long, or has thrown. Once at most; any thread, also one that owns the shard.</summary>
    void Fault(Exception reason);
}
