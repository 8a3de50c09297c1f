using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Client;

/// <summary>
/// Load on a server from one thread: each connection has one batch of prebuilt requests under way; the connections are served in turn, blocking, with one send
/// and mostly one receive a batch. Replies are counted, not read. The latency is that of a batch, from its send to its last reply.
/// </summary>
/// <remarks>Allocates nothing while it runs. For more load run several on threads of their own.</remarks>
public sealed class PipelineRunner : IDisposable
{
    private readonly Connection[] _connections;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _batches;
    private readonly int _repliesPerBatch;
    private readonly TimeProvider _time;

    private PipelineRunner(Connection[] connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch, TimeProvider time)
    {
        _connections = connections;
        _batches = batches;
        _repliesPerBatch = repliesPerBatch;
        _time = time;
    }

    /// <summary>Error replies seen.</summary>
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
        PipelineRunner runner = new(new Connection[connections], batches, repliesPerBatch, time);
        try
        {
            for (int i = 0; i < connections; i++)
                runner._connections[i] = new Connection(endPoint);
            return runner;
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    /// <summary>Sends <paramref name="batchCount"/> batches and records the latency of each. Ends early, with nothing under way, when cancelled.</summary>
    /// <returns>Batches answered.</returns>
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
                Connection answered = _connections[received % _connections.Length];
                Errors += answered.Receive(_repliesPerBatch);
                latency.RecordNs((long)_time.GetElapsedTime(answered.SentTimestamp).TotalNanoseconds);
                received++;
            }

            if (ending)
                continue;

            Connection next = _connections[sent % _connections.Length];
            next.SentTimestamp = _time.GetTimestamp();
            next.Send(_batches[(int)(sent % _batches.Count)].Span);
            sent++;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (Connection? connection in _connections)
            connection?.Dispose();
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket;
        private readonly InputBuffer _input = new();
        private RespFrameScanner _scanner;

        internal Connection(EndPoint endPoint)
        {
            _socket = RespTransport.NewSocket(endPoint);
            try
            {
                _socket.Connect(endPoint);
            }
            catch
            {
                _socket.Dispose();
                throw;
            }
        }

        internal long SentTimestamp { get; set; }

        internal void Send(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
                bytes = bytes[_socket.Send(bytes)..];
        }

        // Returns the error replies among those received.
        internal int Receive(int replies)
        {
            int errors = 0;
            while (true)
            {
                while (replies > 0 && _scanner.TryScan(_input.Data.AsSpan(_input.Start, _input.End - _input.Start), out int length))
                {
                    errors += _input.Data[_input.Start] is (byte)'-' or (byte)'!' ? 1 : 0;
                    _input.Start += length;
                    replies--;
                }

                if (replies == 0)
                    return errors;

                int count = _socket.Receive(_input.GetReceiveSpace().Span);
                if (count == 0)
                    throw new EndOfStreamException("The server closed the connection.");
                _input.End += count;
            }
        }

        public void Dispose()
        {
            _socket.Dispose();
            _input.Release();
        }
    }
}
