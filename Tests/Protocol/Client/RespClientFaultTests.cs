using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Protocol.Client;

/// <summary>The client beside servers that a test plays itself.</summary>
[TestClass]
public sealed class RespClientFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task RepliesInSmallPiecesArePutTogether()
    {
        using Socket listener = Listen();
        Task<Socket> accepting = listener.AcceptAsync();
        await using RespClient client = await RespClient.ConnectAsync(listener.LocalEndPoint!);
        using Socket server = await accepting;
        server.NoDelay = true;
        Task<RespValue> first = client.ExecuteAsync("A");
        Task<RespValue> second = client.ExecuteAsync("B");
        foreach (byte next in "*2\r\n$3\r\nabc\r\n:5\r\n-ERR no\r\n"u8.ToArray())
            await server.SendAsync(new[] { next });
        Assert.AreEqual(RespValue.OfArray(RespValue.OfBulk("abc"), RespValue.Of(5)), await first.WaitAsync(Patience));
        Assert.AreEqual(RespValue.OfError("ERR no"), await second.WaitAsync(Patience));
    }

    [TestMethod]
    public async Task BytesThatAreNoReplyEndTheConnection()
    {
        using Socket listener = Listen();
        Task<Socket> accepting = listener.AcceptAsync();
        await using RespClient client = await RespClient.ConnectAsync(listener.LocalEndPoint!);
        using Socket server = await accepting;
        Task<RespValue> first = client.ExecuteAsync("A");
        Task<RespValue> second = client.ExecuteAsync("B");
        await server.SendAsync("+OK\r\nHTTP/1.1 400 Bad Request\r\n"u8.ToArray());
        Assert.AreEqual(RespValue.Ok, await first.WaitAsync(Patience));
        await Assert.ThrowsExactlyAsync<RespProtocolException>(() => second.WaitAsync(Patience));
        byte[] requests = new byte[100];
        while (await server.ReceiveAsync(requests.AsMemory(), SocketFlags.None) > 0)
        {
            // Until the client has closed.
        }

        IOException later = await Assert.ThrowsExactlyAsync<IOException>(() => client.ExecuteAsync("C"));
        Assert.IsInstanceOfType<RespProtocolException>(later.InnerException);
    }

    [TestMethod]
    public async Task RefusedConnectionIsASocketError()
    {
        EndPoint nobody;
        using (Socket listener = Listen())
            nobody = listener.LocalEndPoint!;
        await Assert.ThrowsExactlyAsync<SocketException>(() => RespClient.ConnectAsync(nobody));
    }

    [TestMethod]
    public async Task CancelEndsAnIntroductionThatIsNotAnswered()
    {
        using Socket listener = Listen();
        using CancellationTokenSource cancel = new();
        Task<RespClient> connecting = RespClient.ConnectAsync(listener.LocalEndPoint!, new RespClientOptions { Protocol = 3 }, cancel.Token);
        using Socket server = await listener.AcceptAsync();
        Assert.IsGreaterThan(0, await server.ReceiveAsync(new byte[100].AsMemory(), SocketFlags.None));
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.WaitAsync(Patience));
        Assert.AreEqual(0, await server.ReceiveAsync(new byte[100].AsMemory(), SocketFlags.None), "the client has closed");
    }

    [TestMethod]
    public async Task SpeaksTls()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using Socket listener = Listen();
        Task serving = AnswerOneAsync(listener, certificate);
        SslClientAuthenticationOptions tls = new()
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == certificate.GetCertHashString(),
        };
        await using (RespClient client = await RespClient.ConnectAsync(listener.LocalEndPoint!, new RespClientOptions { Tls = tls }))
            Assert.AreEqual(RespValue.OfSimple("PONG"), await client.ExecuteAsync("PING").WaitAsync(Patience));
        await serving.WaitAsync(Patience);
    }

    private static async Task AnswerOneAsync(Socket listener, X509Certificate2 certificate)
    {
        using Socket socket = await listener.AcceptAsync();
        await using SslStream stream = new(new NetworkStream(socket));
        await stream.AuthenticateAsServerAsync(certificate);
        byte[] request = new byte["*1\r\n$4\r\nPING\r\n"u8.Length];
        await stream.ReadExactlyAsync(request);
        await stream.WriteAsync("+PONG\r\n"u8.ToArray());
        Assert.AreEqual(0, await stream.ReadAsync(request));
    }

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }
}
