using DragonflyFlow.Pipeline.Flow;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server;

/// <summary>Every line the server logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "{Version} serves {Shards} shards through {Io}, pid {ProcessId}")]
    public static partial void Started(ILogger log, string version, int shards, string io, int processId);

    [LoggerMessage(2, LogLevel.Information, "listening on {EndPoint}")]
    public static partial void Listening(ILogger log, string endPoint);

    [LoggerMessage(3, LogLevel.Information, "connect with: {Command}")]
    public static partial void HowToConnect(ILogger log, string command);

    [LoggerMessage(4, LogLevel.Information, "stop requested: {Reason}")]
    public static partial void StopRequested(ILogger log, string reason);

    [LoggerMessage(5, LogLevel.Information, "stop: {Blocks} blocks are alive")]
    public static partial void StopBegan(ILogger log, int blocks);

    [LoggerMessage(6, LogLevel.Information, "stage {Stage} stopped in {DurationMs:F1} ms: {Blocks} block(s), {Drained} drained, {Refused} refused, {Abandoned} abandoned")]
    public static partial void StageStopped(ILogger log, Stage stage, double durationMs, int blocks, long drained, long refused, long abandoned);

    [LoggerMessage(7, LogLevel.Warning, "block {Block} did not stop in order: {Verdict}, {Reason}")]
    public static partial void BlockProblem(ILogger log, string block, StopVerdict verdict, string reason);

    [LoggerMessage(8, LogLevel.Warning, "stop waits for block {Block} ({State}, {Queued} queued, nothing has left it for {UnmovedMs:F0} ms, {Ledger})")]
    public static partial void StillRunning(ILogger log, string block, NodeState state, long queued, double unmovedMs, string ledger);

    [LoggerMessage(9, LogLevel.Information, "stopped in {DurationMs:F1} ms: {Verdict}, {LiveBlocks} live blocks")]
    public static partial void StopEnded(ILogger log, double durationMs, StopVerdict verdict, int liveBlocks);

    [LoggerMessage(45, LogLevel.Debug, "block {Block} was cancelled: {Reason}")]
    public static partial void BlockCancelled(ILogger log, string block, string reason);

    [LoggerMessage(43, LogLevel.Information, "stop report {Json}")]
    public static partial void StopReported(ILogger log, string json);

    [LoggerMessage(44, LogLevel.Warning, "the report of the stop could not be written: {Reason}")]
    public static partial void StopReportLost(ILogger log, string reason);

    [LoggerMessage(10, LogLevel.Critical, "block {Block} faulted")]
    public static partial void BlockFaulted(ILogger log, string block, Exception fault);

    [LoggerMessage(20, LogLevel.Warning, "block {Block} failed, and its operation with it: {Reason}")]
    public static partial void OperationFailed(ILogger log, string block, string reason);

    [LoggerMessage(11, LogLevel.Information, "SIGHUP ignored")]
    public static partial void HangupIgnored(ILogger log);

    [LoggerMessage(12, LogLevel.Debug, "connection {Id} closes: {Reason}")]
    public static partial void ConnectionClosing(ILogger log, long id, string reason);

    [LoggerMessage(13, LogLevel.Critical, "connection {Id} is closed because of a bug in the server")]
    public static partial void ConnectionBug(ILogger log, long id, Exception bug);

    [LoggerMessage(14, LogLevel.Debug, "a new connection could not be served: {Reason}")]
    public static partial void AdmissionFailed(ILogger log, string reason);

    [LoggerMessage(15, LogLevel.Warning, "cannot accept a connection: {Reason}")]
    public static partial void AcceptFailed(ILogger log, string reason);

    [LoggerMessage(17, LogLevel.Debug, "script: {Text}")]
    public static partial void ScriptDebug(ILogger log, string text);

    [LoggerMessage(18, LogLevel.Information, "script: {Text}")]
    public static partial void ScriptNotice(ILogger log, string text);

    [LoggerMessage(19, LogLevel.Warning, "script: {Text}")]
    public static partial void ScriptWarning(ILogger log, string text);

    /// <summary>redis.log of a script: debug, verbose, notice, warning.</summary>
    public static void Script(ILogger log, int level, string text)
    {
        if (level >= 3)
            ScriptWarning(log, text);
        else if (level == 2)
            ScriptNotice(log, text);
        else
            ScriptDebug(log, text);
    }

    [LoggerMessage(16, LogLevel.Critical, "command {Command} failed because of a bug in the server; its client has an error reply")]
    public static partial void CommandBug(ILogger log, string command, Exception bug);

    [LoggerMessage(30, LogLevel.Information, "snapshot {File}: begun ({Reason})")]
    public static partial void Saving(ILogger log, string file, string reason);

    [LoggerMessage(31, LogLevel.Information, "snapshot {File}: {Records} of {RecordsAtCut} keys")]
    public static partial void SaveProgress(ILogger log, string file, long records, long recordsAtCut);

    [LoggerMessage(32, LogLevel.Information, "snapshot {File}: {Records} keys saved in {DurationMs} ms")]
    public static partial void Saved(ILogger log, string file, long records, long durationMs);

    [LoggerMessage(33, LogLevel.Warning, "snapshot {File}: a branch failed, the rest did not: {Reason}")]
    public static partial void SnapshotBranchLost(ILogger log, string file, string reason);

    [LoggerMessage(34, LogLevel.Error, "snapshot {File}: failed, nothing is left of it: {Reason}")]
    public static partial void SaveFailed(ILogger log, string file, string reason);

    [LoggerMessage(35, LogLevel.Information, "loading {File}, {Bytes} bytes")]
    public static partial void Loading(ILogger log, string file, long bytes);

    [LoggerMessage(36, LogLevel.Information, "loading {File}: {BytesRead} of {Bytes} bytes, {Keys} keys")]
    public static partial void LoadProgress(ILogger log, string file, long bytesRead, long bytes, long keys);

    [LoggerMessage(37, LogLevel.Information, "loaded {File}: {Keys} keys in {DurationMs} ms, {Expired} had expired")]
    public static partial void Loaded(ILogger log, string file, long keys, long expired, long durationMs);

    [LoggerMessage(38, LogLevel.Critical, "the snapshot cannot be loaded, the store stops: {Reason}")]
    public static partial void LoadFailed(ILogger log, string reason);
}
