// Concurrency rule of this file: _connections is read by any thread. Joining and completing happen under _gate, so that no connection joins a set that has
// completed; leaving is the connection's own, once.

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DragonflyFlow.Pipeline.Flow;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>
/// All connections: the stage Sessions. Complete tells each of them to finish its batch, send and close; Completion comes when the last one has gone.
/// </summary>
internal sealed class ConnectionSet : IFlowBlock, IDisposable
{
    private const int InspectionsPerSecond = 10;

    private readonly ConcurrentDictionary<long, Connection> _connections = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _inspections;
    private bool _completing;
    private Exception? _fault;
    private long _lastId;
    private long _round;
    private long _bytesReceivedByGone;
    private long _bytesSentByGone;
    private long _nowMs;

    public ConnectionSet(ConnectionLimits limits, TimeProvider time, ILogger log)
    {
        Limits = limits;
        _time = time;
        _log = log;
        _nowMs = ReadClock();
        TimeSpan period = TimeSpan.FromSeconds(1.0 / InspectionsPerSecond);
        _inspections = time.CreateTimer(static set => ((ConnectionSet)set!).InspectSome(), this, period, period);
    }

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <inheritdoc />
    public long QueueLength => 0;

    /// <inheritdoc />
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Connections now.</summary>
    public int Count => _connections.Count;

    /// <summary>Connections that were ever let in.</summary>
    public long Total => Volatile.Read(ref _lastId);

    /// <summary>Connections that were turned away because there were too many.</summary>
    public long Refused => _ledger.Read().Refused;

    /// <summary>Bytes received from all clients; a moment's reading.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceivedByGone) + _connections.Values.Sum(connection => connection.BytesReceived);

    /// <summary>Bytes sent to all clients; a moment's reading.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSentByGone) + _connections.Values.Sum(connection => connection.BytesSent);

    internal ConnectionLimits Limits { get; }

    /// <summary>Milliseconds of a monotonic clock, as of the last inspection: exact enough for idle times, and free to read.</summary>
    internal long NowMs => Volatile.Read(ref _nowMs);

    /// <summary>A new connection, in the set; false with Redis's error line if there are too many, or with none if the set completes.</summary>
    public bool TryAdd([NotNullWhen(true)] out Connection? connection, out string? refusal)
    {
        connection = null;
        refusal = null;
        lock (_gate)
        {
            if (_completing)
                return false;
            if (_connections.Count < Limits.ClientsMax)
            {
                connection = new Connection(++_lastId, this);
                _connections[connection.Id] = connection;
                _ledger.Accept();
                return true;
            }
        }

        _ledger.RefuseAtDoor();
        refusal = "-ERR max number of clients reached\r\n";
        return false;
    }

    /// <inheritdoc />
    public void Complete()
    {
        lock (_gate)
        {
            _completing = true;
            CompleteIfEmpty();
        }

        foreach (Connection connection in _connections.Values)
            connection.Signal(ConnectionSignals.Finish);
    }

    /// <inheritdoc />
    public void Fault(Exception exception)
    {
        Interlocked.CompareExchange(ref _fault, exception, null);
        lock (_gate)
        {
            _completing = true;
            CompleteIfEmpty();
        }

        foreach (Connection connection in _connections.Values)
            connection.Kill("the server stops at once");
    }

    public void Dispose() => _inspections.Dispose();

    internal void Remove(Connection connection)
    {
        if (!_connections.TryRemove(connection.Id, out _))
            return;
        Interlocked.Add(ref _bytesReceivedByGone, connection.BytesReceived);
        Interlocked.Add(ref _bytesSentByGone, connection.BytesSent);
        _ledger.Done();
        lock (_gate)
            CompleteIfEmpty();
    }

    internal void OnClosing(Connection connection, string reason) => ServerLog.ConnectionClosing(_log, connection.Id, reason);

    internal void OnBug(Connection connection, Exception bug) => ServerLog.ConnectionBug(_log, connection.Id, bug);

    private void CompleteIfEmpty()
    {
        if (!_completing || !_connections.IsEmpty)
            return;
        if (_fault is { } fault)
            _completion.TrySetException(fault);
        else
            _completion.TrySetResult();
    }

    private long ReadClock() => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    // Each connection is looked at once a second, a share of them each time.
    private void InspectSome()
    {
        long nowMs = ReadClock();
        Volatile.Write(ref _nowMs, nowMs);
        long share = Interlocked.Increment(ref _round) % InspectionsPerSecond;
        foreach ((long id, Connection connection) in _connections)
        {
            if (id % InspectionsPerSecond == share && connection.NeedsInspection(nowMs))
                connection.Signal(ConnectionSignals.Inspect);
        }
    }
}
