using System.Net.Security;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Client;

/// <summary>How a client introduces itself and what it accepts.</summary>
public sealed record RespClientOptions
{
    /// <summary>2 or 3. With 3 the client begins with HELLO 3. Default: 2.</summary>
    public int Protocol { get; init; } = 2;

    /// <summary>User for AUTH; without one the default user. Needs a password.</summary>
    public string? User { get; init; }

    /// <summary>Password; none means no AUTH.</summary>
    public string? Password { get; init; }

    /// <summary>Name for CLIENT SETNAME; none means no name.</summary>
    public string? ClientName { get; init; }

    /// <summary>TLS, when the server speaks it. Default: plain.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Limits on what the server sends.</summary>
    public RespLimits Limits { get; init; } = RespLimits.Default;

    /// <summary>
    /// Pushes, and replies to <see cref="RespClient.SendAsync"/>, that wait to be taken. When as many wait the client stops reading from the socket, so that
    /// the server feels it. Default: 1024.
    /// </summary>
    public int WaitingMax { get; init; } = 1024;
}
