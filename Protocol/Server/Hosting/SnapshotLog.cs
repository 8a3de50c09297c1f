using DragonflyFlow.Pipeline.Snapshots;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>Writes how snapshots fare into the server's log.</summary>
internal sealed class SnapshotLog(ILogger log) : ISnapshotLog
{
    public void Saving(string file, string reason) => ServerLog.Saving(log, file, reason);

    public void SaveProgress(string file, long records, long recordsAtCut) => ServerLog.SaveProgress(log, file, records, recordsAtCut);

    public void Saved(string file, long records, long durationMs) => ServerLog.Saved(log, file, records, durationMs);

    public void BranchLost(string file, string reason) => ServerLog.SnapshotBranchLost(log, file, reason);

    public void SaveFailed(string file, string reason) => ServerLog.SaveFailed(log, file, reason);

    public void Loading(string file, long bytes) => ServerLog.Loading(log, file, bytes);

    public void LoadProgress(string file, long bytesRead, long bytes, long keys) => ServerLog.LoadProgress(log, file, bytesRead, bytes, keys);

    public void Loaded(string file, long keys, long expired, long durationMs) => ServerLog.Loaded(log, file, keys, expired, durationMs);
}
