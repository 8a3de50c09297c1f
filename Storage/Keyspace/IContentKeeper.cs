namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// Keeps what a database held when it is emptied, because a walk under way has not read all of it (faults F07, F10: tables dropped under a streamer). The
/// database is empty at once; its content lives on as a database that no client sees, until the keeper calls <see cref="Database.Discard"/>.
/// </summary>
public interface IContentKeeper
{
    /// <summary>Whether the content of this database, which is about to be emptied, is still needed.</summary>
    bool Keeps(Database database);

    /// <summary>Takes over the content: the table that the database had, with its observer and epochs.</summary>
    void Take(Database emptied, Database content);
}
