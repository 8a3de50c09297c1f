using System.Net;

namespace DragonflyFlow.Protocol.Client;

/// <summary>
/// Load on a server from one thread: each connection has one batch of prebuilt requests under way; the connections are served in turn, blocking, with one send
/// and mostly one receive a batch. Replies are counted, not read. The latency is that of a batch, from its send to its last reply.
/// </summary>
/// <remarks>Allocates nothing while it runs. For more load run several on threads of their own.</remarks>
public sealed class PipelineRunner : IBatchRunner
{
    private readonly PipelineConnection[] _connections;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _batches;
    private readonly int _repliesPerBatch;
    private readonly TimeProvider _time;

    private PipelineRunner(PipelineConnection[] connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch, TimeProvider time)
    {
        _connections = connections;
        _batches = batches;
        _repliesPerBatch = repliesPerBatch;
        _time = time;
    }

    /// <inheritdoc />
    public long Errors { get; private set; }

    /// <summary>
    /// Opens <paramref name="connections"/> connections that will send <paramref name="batches"/> in turn, each answered by
    /// <paramref name="repliesPerBatch"/> replies.
    /// </summary>
    public static PipelineRunner Connect(
        EndPoint endPoint, int connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        ArgumentOutOfRangeException.ThrowIfZero(batches.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(repliesPerBatch, 1);
        PipelineRunner runner = new(new PipelineConnection[connections], batches, repliesPerBatch, time);
        try
        {
            for (int i = 0; i < connections; i++)
                runner._connections[i] = new PipelineConnection(endPoint);
            return runner;
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public long Run(long batchCount, LatencyHistogram latency, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(latency);

        // Batch k runs on connection k modulo their number, so the one to be received is always the one sent longest ago.
        long sent = 0;
        long received = 0;
        while (true)
        {
            bool ending = sent == batchCount || cancel.IsCancellationRequested;
            if (ending && received == sent)
                return received;

            if (ending || sent - received == _connections.Length)
            {
                PipelineConnection answered = _connections[received % _connections.Length];
                Errors += answered.Receive(_repliesPerBatch);
                latency.RecordNs((long)_time.GetElapsedTime(answered.SentTimestamp).TotalNanoseconds);
                received++;
            }

            if (ending)
                continue;

            PipelineConnection next = _connections[sent % _connections.Length];
            next.SentTimestamp = _time.GetTimestamp();
            next.Send(_batches[(int)(sent % _batches.Count)].Span);
            sent++;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (PipelineConnection? connection in _connections)
            connection?.Dispose();
    }
}
