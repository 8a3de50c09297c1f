using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Processes;

/// <summary>Asks for one snapshot after the other until the server stops.</summary>
internal static class SavingClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunToEndAsync(EndPoint endPoint)
    {
        try
        {
            await using RespClient client = await RespClient.ConnectAsync(endPoint);
            while (true)
            {
                RespValue reply = await client.ExecuteAsync("SAVE").WaitAsync(Patience);
                Assert.IsTrue(reply.Text == "OK" || reply.Text.Contains("the store stops", StringComparison.Ordinal) || reply.Text.Contains("shutting down", StringComparison.Ordinal), reply.Text);
            }
        }
        catch (Exception end) when (end is IOException or SocketException)
        {
            // The server has stopped.
        }
    }
}
