using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>The options that connections look at, kept as they are needed. Written by the option's setter, read by any thread.</summary>
internal sealed class ConnectionLimits : IDisposable
{
    // Below the idle time an input buffer keeps its size; afterwards it is trimmed.
    private const long TrimAfterMs = 2000;

    private readonly List<IDisposable> _subscriptions = [];

    public ConnectionLimits(ConfigStore config)
    {
        _subscriptions.Add(config.Subscribe(StoreOptions.ClientQueryBufferLimit, bytes => QueryBytesMax = bytes));
        _subscriptions.Add(config.Subscribe(StoreOptions.ClientOutputBufferLimit, limits => Output = limits));
        _subscriptions.Add(config.Subscribe(StoreOptions.MaxClients, clients => ClientsMax = clients));
        _subscriptions.Add(config.Subscribe(StoreOptions.Timeout, seconds => IdleMsMax = seconds == 0 ? long.MaxValue : seconds * 1000));
    }

    /// <summary>Input bytes of one client that may wait.</summary>
    public long QueryBytesMax { get; private set; }

    /// <summary>Output bytes of one client that may wait.</summary>
    public ClientOutputLimits Output { get; private set; } = ClientOutputLimits.RedisDefaults;

    /// <summary>Connections at the same time.</summary>
    public long ClientsMax { get; private set; }

    /// <summary>Milliseconds after which an idle client is disconnected.</summary>
    public long IdleMsMax { get; private set; }

    /// <summary>Milliseconds after which an idle connection is worth a look.</summary>
    public long FirstIdleMs => Math.Min(IdleMsMax, TrimAfterMs);

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
