using System.Net;
using System.Net.Sockets;

namespace DragonflyFlow.Protocol.Server.Listeners;

/// <summary>One word of the option bind.</summary>
/// <param name="Address">The address.</param>
/// <param name="MayBeMissing">Whether the server starts without it (a leading '-').</param>
internal readonly record struct BindAddress(IPAddress Address, bool MayBeMissing)
{
    /// <summary>Reads '*' (all IPv4), '::*' (all IPv6), an address, or a host name, each with or without '-'.</summary>
    /// <exception cref="ListenException">It is none of these.</exception>
    public static BindAddress Parse(string word)
    {
        bool mayBeMissing = word.StartsWith('-');
        string name = mayBeMissing ? word[1..] : word;
        IPAddress address = name switch
        {
            "*" => IPAddress.Any,
            "::*" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(name, out IPAddress? parsed) ? parsed : Resolve(name),
        };
        return new BindAddress(address, mayBeMissing);
    }

    private static IPAddress Resolve(string name)
    {
        try
        {
            return Dns.GetHostAddresses(name) is [var first, ..] ? first : throw new ListenException($"bind address '{name}' has no IP address");
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            throw new ListenException($"bind address '{name}' is neither an IP address nor a known host", unknown);
        }
    }
}
