using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>A command that may wait: what it waits for, and what its reply says it was given.</summary>
/// <param name="Command">Its words.</param>
/// <param name="Keys">Keys that it waits for.</param>
/// <param name="Type">Their type.</param>
/// <param name="DeadlineMs">When it gives up; null = never.</param>
/// <param name="Arrival">Its place in the order of arrival.</param>
internal sealed record StormWaiter(string[] Command, string[] Keys, string Type, long? DeadlineMs, int Arrival)
{
    /// <summary>Where a BLMOVE puts what it takes; null for those that take it away.</summary>
    internal string? Target { get; private init; }

    /// <summary>Whether it takes from the end.</summary>
    internal bool FromEnd { get; private init; }

    /// <summary>How many it takes at most; 0 for XREAD, which takes nothing.</summary>
    internal int Count { get; private init; } = 1;

    /// <summary>Draws one.</summary>
    internal static StormWaiter Draw(Random random, long nowMs, int arrival)
    {
        bool isLimited = random.Next(3) == 0;
        string timeout = isLimited ? "0.05" : "0";
        long? deadline = isLimited ? nowMs + 50 : null;
        string[] lists = [.. StormStore.Lists[..3].OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
        string[] sets = [.. StormStore.SortedSets.OrderBy(_ => random.Next()).Take(random.Next(1, 3))];
        bool end = random.Next(2) == 0;
        string count = $"{random.Next(1, 4)}";
        return random.Next(8) switch
        {
            0 or 1 => new([end ? "BRPOP" : "BLPOP", .. lists, timeout], lists, "list", deadline, arrival) { FromEnd = end },
            2 => new(["BLMOVE", lists[0], lists[^1], end ? "RIGHT" : "LEFT", "RIGHT", timeout], [lists[0]], "list", deadline, arrival) { FromEnd = end, Target = lists[^1] },
            3 => new(["BRPOPLPUSH", lists[0], "spare", timeout], [lists[0]], "list", deadline, arrival) { FromEnd = true, Target = "spare" },
            4 => new(["BLMPOP", timeout, $"{lists.Length}", .. lists, end ? "RIGHT" : "LEFT", "COUNT", count], lists, "list", deadline, arrival) { FromEnd = end, Count = count[0] - '0' },
            5 => new([end ? "BZPOPMAX" : "BZPOPMIN", .. sets, timeout], sets, "zset", deadline, arrival) { FromEnd = end },
            6 => new(["BZMPOP", timeout, $"{sets.Length}", .. sets, end ? "MAX" : "MIN", "COUNT", count], sets, "zset", deadline, arrival) { FromEnd = end, Count = count[0] - '0' },
            _ => new(["XREAD", "BLOCK", isLimited ? "50" : "0", "STREAMS", StormStore.Stream, "$"], [StormStore.Stream], "stream", deadline, arrival) { Count = 0 },
        };
    }

    /// <summary>What a reply that is no error and not nothing gave: the key, and the elements.</summary>
    internal (string Key, string[] Elements) Given(RespValue reply) => Command[0] switch
    {
        "BLPOP" or "BRPOP" or "BZPOPMIN" or "BZPOPMAX" => (reply[0].Text, [reply[1].Text]),
        "BLMPOP" => (reply[0].Text, [.. reply[1].Items.Select(item => item.Text)]),
        "BZMPOP" => (reply[0].Text, [.. reply[1].Items.Select(pair => pair[0].Text)]),
        "XREAD" => (reply[0][0].Text, []),
        _ => (Keys[0], [reply.Text]),
    };
}
