using System.Globalization;

namespace DragonflyFlow.Tests.Differential;

/// <summary>
/// Commands that are free in what they answer: random picks, the steps of a scan, the payload of a value. Both sides are asked in a way that makes their answers comparable:
/// whole scans are compared, picks are held against what redis has, what our SPOP took is taken from redis too,
/// and each side restores the other's payload.
/// </summary>
internal static class FreeChoices
{
    private const int StepsMax = 10_000;

    private static readonly Dictionary<string, Func<TwoStores, string[], Exchange>> Kinds = new()
    {
        ["SCAN"] = static (stores, command) => Scan(stores, command, 1, 1),
        ["SSCAN"] = static (stores, command) => Scan(stores, command, 2, 1),
        ["HSCAN"] = static (stores, command) => Scan(stores, command, 2, 2),
        ["ZSCAN"] = static (stores, command) => Scan(stores, command, 2, 2),
        ["SPOP"] = Pop,
        ["RANDOMKEY"] = RandomKey,
        ["DUMP"] = Dump,
        ["SRANDMEMBER"] = static (stores, command) => Pick(stores, command, "SMEMBERS"),
        ["HRANDFIELD"] = static (stores, command) => Pick(stores, command, "HGETALL"),
        ["ZRANDMEMBER"] = static (stores, command) => Pick(stores, command, "ZRANGE", "0", "-1", "WITHSCORES"),
    };

    internal static bool Has(string[] command) => Kinds.ContainsKey(command[0].ToUpperInvariant());

    /// <summary>Asks both; equal texts mean that the answers agree.</summary>
    internal static Exchange Ask(TwoStores stores, string[] command) => Kinds[command[0].ToUpperInvariant()](stores, command);

    private static Exchange Scan(TwoStores stores, string[] command, int cursorAt, int groupsOf)
    {
        Exchange first = stores.AskBoth(command);
        if (ReplyParts.IsError(first.Theirs) || ReplyParts.IsError(first.Ours))
            return first;

        // A cursor that the server did not give may point anywhere: only that both take it is compared.
        if (command[cursorAt] != "0")
            return first with { Theirs = first.Theirs[..1], Ours = first.Ours[..1] };
        return first with
        {
            Theirs = Collect(first.Theirs, command, cursorAt, groupsOf, stores.Theirs),
            Ours = Collect(first.Ours, command, cursorAt, groupsOf, stores.Ours),
        };
    }

    private static string Collect(string reply, string[] command, int cursorAt, int groupsOf, Func<string[], string> ask)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        string[] next = [.. command];
        for (int step = 0; step < StepsMax; step++)
        {
            List<string> parts = ReplyParts.Elements(reply);
            foreach (string[] group in ReplyParts.Elements(parts[1]).Chunk(groupsOf))
                found.Add(Text(command, group));
            next[cursorAt] = ReplyParts.Content(parts[0]);
            if (next[cursorAt] == "0")
                return $"+{found.Count} of a whole scan: {string.Concat(found)}";
            reply = ask(next);
        }

        return $"the scan does not end after {StepsMax} steps";
    }

    // Scores by value: since 7.2 they are written in their shortest form.
    private static string Text(string[] command, string[] group) =>
        command[0][0] is 'Z' or 'z' ? string.Concat(group.Select(ReplyParts.DoubleOrText)) : string.Concat(group);

    private static Exchange Pop(TwoStores stores, string[] command)
    {
        string ours = stores.Ours(command);
        if (ReplyParts.IsError(ours) || ReplyParts.IsNull(ours) || !ReplyParts.Scalars(ours).Any())
            return new Exchange(command, stores.Theirs(command), ours);

        string[] popped = [.. ReplyParts.Scalars(ours).Select(ReplyParts.Content)];
        bool counted = command.Length > 2;
        string size = stores.Theirs(["SCARD", command[1]]);
        long expected = Math.Min(long.Parse(size.AsSpan(1, size.Length - 3), CultureInfo.InvariantCulture), counted ? long.Parse(command[2], CultureInfo.InvariantCulture) : 1);
        string removed = stores.Theirs(["SREM", command[1], .. popped]);
        string form = counted ? stores.Theirs(["SMEMBERS", command[1]])[..1] : "$";
        return new Exchange(command, $":{expected}\r\n{form}", removed + ours[..1]);
    }

    private static Exchange RandomKey(TwoStores stores, string[] command)
    {
        Exchange both = stores.AskBoth(command);
        if (both.Ours[0] != '$' || both.Theirs[0] != '$' || ReplyParts.IsNull(both.Ours) || ReplyParts.IsNull(both.Theirs))
            return both;
        return both with { Theirs = ":1\r\n", Ours = stores.Theirs(["EXISTS", ReplyParts.Content(both.Ours)]) };
    }

    // Payloads may differ in encodings and order; what each side makes of the other's has to have the digest of what was dumped.
    private static Exchange Dump(TwoStores stores, string[] command)
    {
        Exchange both = stores.AskBoth(command);
        if (both.Theirs[0] != '$' || both.Ours[0] != '$' || ReplyParts.IsNull(both.Theirs) || ReplyParts.IsNull(both.Ours))
            return both;
        string digest = ReplyParts.Elements(stores.Theirs(["DEBUG", "DIGEST-VALUE", command[1]]))[0];
        // A digest tells whether there is an expiry, a payload does not.
        string ttl = stores.Theirs(["PTTL", command[1]])[1] == '-' ? "0" : "900000000";
        return both with
        {
            Theirs = $"+OK\r\n{ReplyParts.Content(digest)} twice",
            Ours = RestoredDigest(stores.Theirs, both.Ours, ttl) + (RestoredDigest(stores.Ours, both.Theirs, ttl) == RestoredDigest(stores.Theirs, both.Ours, ttl) ? " twice" : " in redis only"),
        };
    }

    private static string RestoredDigest(Func<string[], string> ask, string payload, string ttl)
    {
        string restored = ask(["RESTORE", "restored", ttl, ReplyParts.Content(payload), "REPLACE"]);
        List<string> digests = ReplyParts.Elements(ask(["DEBUG", "DIGEST-VALUE", "restored"]));
        ask(["DEL", "restored"]);
        return restored + string.Concat(digests.Select(ReplyParts.Content));
    }

    // The same number of picks in the same form, all of them there.
    private static Exchange Pick(TwoStores stores, string[] command, params string[] all)
    {
        Exchange both = stores.AskBoth(command);
        if (both.Theirs == both.Ours || ReplyParts.IsError(both.Theirs) || ReplyParts.IsError(both.Ours) || ReplyParts.Head(both.Theirs)[0] != both.Ours[0])
            return both;
        bool aggregate = ReplyParts.IsAggregate(both.Theirs);
        if (aggregate && ReplyParts.Head(both.Theirs) != ReplyParts.Head(both.Ours))
            return both;

        int groupsOf = command.Length > 3 ? 2 : 1;
        string[] scalars = [.. ReplyParts.Scalars(stores.Theirs([all[0], command[1], .. all[1..]]))];
        HashSet<string> there = [.. scalars.Chunk(groupsOf).Select(group => Text(command, group))];
        string[] picks = [.. ReplyParts.Scalars(both.Ours).Chunk(groupsOf).Select(group => Text(command, group))];
        string? stranger = Array.Find(picks, pick => !there.Contains(pick));
        bool repeats = aggregate && !command[2].StartsWith('-') && picks.Distinct().Count() != picks.Length;
        return both with { Theirs = "picks that are there", Ours = stranger is not null ? $"a stranger: {stranger}" : repeats ? "a pick twice" : "picks that are there" };
    }
}
