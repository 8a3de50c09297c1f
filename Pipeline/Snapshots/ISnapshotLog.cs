namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Who is told how snapshots fare. Called from any thread; must not throw or wait.</summary>
public interface ISnapshotLog
{
    /// <summary>A log that keeps nothing.</summary>
    static ISnapshotLog None { get; } = new Silence();

    /// <summary>A snapshot begins.</summary>
    void Saving(string file, string reason);

    /// <summary>It goes on: so many records of so many.</summary>
    void SaveProgress(string file, long records, long recordsAtCut);

    /// <summary>It is there, whole.</summary>
    void Saved(string file, long records, long durationMs);

    /// <summary>A branch of it failed, the rest did not.</summary>
    void BranchLost(string file, string reason);

    /// <summary>It failed, and nothing is left of it.</summary>
    void SaveFailed(string file, string reason);

    /// <summary>A snapshot is being loaded.</summary>
    void Loading(string file, long bytes);

    /// <summary>Loading goes on: so many bytes of so many, so many keys.</summary>
    void LoadProgress(string file, long bytesRead, long bytes, long keys);

    /// <summary>All of it is loaded; so many of its keys had expired.</summary>
    void Loaded(string file, long keys, long expired, long durationMs);

    private sealed class Silence : ISnapshotLog
    {
        public void Saving(string file, string reason)
        {
        }

        public void SaveProgress(string file, long records, long recordsAtCut)
        {
        }

        public void Saved(string file, long records, long durationMs)
        {
        }

        public void BranchLost(string file, string reason)
        {
        }

        public void SaveFailed(string file, string reason)
        {
        }

        public void Loading(string file, long bytes)
        {
        }

        public void LoadProgress(string file, long bytesRead, long bytes, long keys)
        {
        }

        public void Loaded(string file, long keys, long expired, long durationMs)
        {
        }
    }
}
