// Owner: the thread that runs the load; each run has a ring of its own, since a ring belongs to one thread.

using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Server.Io.Uring;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// Load through a ring of io_uring: the sends and receives of all connections that have their replies go to the kernel in one call, which waits for the next as well. With a request or two at a time a
/// generator that makes calls for each is busier than what it loads.
/// </summary>
internal sealed class RingRunner : IBatchRunner
{
    private const int OperationsAtOnce = 32;
    private const uint PatienceMicroseconds = 10_000;

    private readonly RingClient[] _clients;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _batches;
    private readonly int _repliesPerBatch;
    private readonly TimeProvider _time;

    private RingRunner(RingClient[] clients, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch, TimeProvider time)
    {
        _clients = clients;
        _batches = batches;
        _repliesPerBatch = repliesPerBatch;
        _time = time;
    }

    private enum Operation
    {
        Send,
        Receive,
    }

    /// <inheritdoc />
    public long Errors { get; private set; }

    /// <summary>Opens connections that will send the batches, each answered by so many replies.</summary>
    public static RingRunner Connect(EndPoint endPoint, int connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch, TimeProvider time)
    {
        RingRunner runner = new(new RingClient[connections], batches, repliesPerBatch, time);
        try
        {
            for (int i = 0; i < connections; i++)
                runner._clients[i] = new RingClient(endPoint);
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
        using UringRing ring = new();
        ring.Enable();
        long begun = 0;
        long answered = 0;
        for (int client = 0; client < _clients.Length && MayBegin(); client++)
            Begin(ring, client, begun++);
        while (answered < begun)
        {
            Wait(ring);
            while (ring.TryTake(out Completion completion))
            {
                if (IsAnswered(ring, completion, out int client))
                {
                    latency.RecordNs((long)_time.GetElapsedTime(_clients[client].SentTimestamp).TotalNanoseconds);
                    Errors += _clients[client].Errors;
                    answered++;
                    if (MayBegin())
                        Begin(ring, client, begun++);
                }

                if (ring.Prepared >= OperationsAtOnce)
                    ring.Submit();
            }
        }

        return answered;

        bool MayBegin() => begun < batchCount && !cancel.IsCancellationRequested;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (RingClient? client in _clients)
            client?.Dispose();
    }

    private void Begin(UringRing ring, int client, long batch)
    {
        _clients[client].Begin(_batches[(int)(batch % _batches.Count)].Span, _repliesPerBatch);
        _clients[client].SentTimestamp = _time.GetTimestamp();
        ring.Prepare(_clients[client].Send(IdOf(client, Operation.Send)));
        ring.Prepare(_clients[client].Receive(IdOf(client, Operation.Receive)));
    }

    // Goes on with what has ended in part.
    private bool IsAnswered(UringRing ring, in Completion completion, out int client)
    {
        client = (int)(completion.Id >> 1);
        if ((Operation)(completion.Id & 1) == Operation.Send)
        {
            if (!_clients[client].Sent(completion.Result))
                ring.Prepare(_clients[client].Send(completion.Id));
            return false;
        }

        if (_clients[client].Received(completion.Result))
            return true;
        ring.Prepare(_clients[client].Receive(completion.Id));
        return false;
    }

    // A send that ends at once is nothing to wake up for.
    private static void Wait(UringRing ring)
    {
        if (ring.CanWaitForSeveral)
            ring.WaitFor(1, PatienceMicroseconds);
        else
            ring.Wait(forOne: true);
    }

    private static ulong IdOf(int client, Operation operation) => ((ulong)client << 1) | (ulong)operation;
}
