namespace DragonflyFlow.Pipeline.Shards;

/// <summary>A client's or an operator's wish that the process ends.</summary>
/// <param name="Reason">Who asked, for the log.</param>
/// <param name="Now">Whether stages get no time to drain.</param>
/// <param name="Save">Whether a snapshot is made; null: as the options say.</param>
public sealed record StopRequest(string Reason, bool Now, bool? Save = null);

/// <summary>What has gone over the sockets of a process so far.</summary>
/// <param name="BytesReceived">Bytes from clients.</param>
/// <param name="BytesSent">Bytes to clients.</param>
/// <param name="Refused">Connections turned away because there were too many.</param>
public readonly record struct NetworkReading(long BytesReceived, long BytesSent, long Refused)
{
    /// <summary>What came since an earlier reading.</summary>
    public static NetworkReading operator -(NetworkReading now, NetworkReading before)
        => new(now.BytesReceived - before.BytesReceived, now.BytesSent - before.BytesSent, now.Refused - before.Refused);
}

/// <summary>What the store may ask of the process it runs in.</summary>
public interface IStoreHost
{
    /// <summary>Starts an orderly stop and returns at once. Any thread, also from inside a session's turn; the first request counts.</summary>
    void RequestStop(StopRequest request);

    /// <summary>What has gone over its sockets. Any thread.</summary>
    NetworkReading ReadNetwork() => default;
}
