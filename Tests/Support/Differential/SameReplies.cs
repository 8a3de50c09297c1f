using System.Globalization;
using System.Text;

namespace DragonflyFlow.Tests.Support.Differential;

/// <summary>
/// Runs the same commands on a real redis-server and on our store and compares the replies, byte for byte unless the caller says how they may differ.
/// </summary>
internal static class SameReplies
{
    /// <summary>Compares reply by reply; <paramref name="mayDiffer"/> gets command, their reply, our reply.</summary>
    internal static async Task AssertAsync(
        RedisServerPeer redis, InProcessClient ours, IReadOnlyList<string[]> commands, Func<string[], string, string, bool>? mayDiffer = null)
    {
        byte[] request = Encode([.. commands, ["QUIT"]]);
        List<string> expected = ReplyText.Split(await redis.ExchangeAsync(request));
        Assert.HasCount(commands.Count + 1, expected);
        StringBuilder differences = new();
        for (int i = 0; i < commands.Count; i++)
        {
            string actual = ours.Execute(commands[i]);
            if (actual != expected[i] && (mayDiffer is null || !mayDiffer(commands[i], expected[i], actual)))
                differences.AppendLine($"{i}: {Show(string.Join(' ', commands[i]))}\n   redis {Show(expected[i])}\n   ours  {Show(actual)}");
        }

        Assert.AreEqual(0, differences.Length, differences.ToString(0, Math.Min(differences.Length, 4000)));
    }

    private static byte[] Encode(IEnumerable<string[]> commands)
    {
        StringBuilder text = new();
        foreach (string[] command in commands)
        {
            text.Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
            foreach (string arg in command)
                text.Append(CultureInfo.InvariantCulture, $"${arg.Length}\r\n{arg}\r\n");
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Show(string text)
    {
        string line = text.Replace("\r\n", "|", StringComparison.Ordinal);
        return line.Length <= 300 ? line : $"{line[..300]}... ({line.Length} bytes)";
    }
}
