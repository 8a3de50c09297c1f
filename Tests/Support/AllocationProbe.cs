using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Support;

/// <summary>Runs commands many times over and looks at what the thread allocates: nothing, but for a remainder that does not grow with the number of commands.</summary>
internal sealed class AllocationProbe : ISessionOwner
{
    private const int Rounds = 5_000;
    private const int BytesMax = 4 * 1024;

    public void Resume() => Assert.Fail("An idle shard runs its batch on the poster's thread.");

    public void Kill(string reason) => Assert.Fail(reason);

    /// <summary>Fails if the commands, run one behind the other again and again, allocate.</summary>
    internal static void AssertNothing(StoreEngine engine, params string[][] commands)
    {
        if (engine.Shards[0].Keyspace.Arena.IsChecked)
            Assert.Inconclusive($"{ArenaOptions.CheckedSwitch} is on: checked memory allocates for its checks");
        Session session = engine.Open(new AllocationProbe(), new SessionPeer("test", "test"));
        StringBuilder text = new();
        foreach (string[] command in commands)
        {
            text.Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
            foreach (string arg in command)
                text.Append(CultureInfo.InvariantCulture, $"${arg.Length}\r\n{arg}\r\n");
        }

        byte[] request = Encoding.Latin1.GetBytes(text.ToString());
        InputBuffer input = new();
        Run(session, input, request, Rounds / 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(session, input, request, Rounds);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThan(BytesMax, bytes, $"{Rounds} x {string.Join("; ", commands.Select(command => string.Join(' ', command)))}");
        session.Closed();
    }

    private static void Run(Session session, InputBuffer input, byte[] request, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            request.CopyTo(input.GetReceiveSpace().Span);
            input.End += request.Length;
            while (session.Advance(input) == SessionProgress.Again)
                session.OutputSent();
            session.OutputSent();
        }
    }
}
