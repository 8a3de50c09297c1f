using System.Globalization;

namespace DragonflyFlow.Tests.Differential;

/// <summary>All ways in which a reply may differ from redis-server 7.0.15's, each with its reason. What is not here is an error.</summary>
internal static class AllowedDifferences
{
    private const int AlikeMin = 16;
    private const long SecondsApartMax = 10;
    private const long MillisecondsApartMax = 10_000;

    private static readonly Rule[] Rules =
    [
        new("SMEMBERS SINTER SUNION SDIFF HKEYS HVALS KEYS", "a set has no order", static e => ReplyParts.Sorted(e.Theirs) == ReplyParts.Sorted(e.Ours)),
        new("HGETALL", "a hash has no order", static e => ReplyParts.Sorted(e.Theirs, 2) == ReplyParts.Sorted(e.Ours, 2)),
        new("TTL", "time goes on between the two", static e => ReplyParts.AreClose(e.Theirs, e.Ours, SecondsApartMax)),
        new("PTTL PEXPIRETIME", "time goes on between the two", static e => ReplyParts.AreClose(e.Theirs, e.Ours, MillisecondsApartMax)),
        new("EXPIRETIME", "time goes on between the two", static e => ReplyParts.AreClose(e.Theirs, e.Ours, SecondsApartMax)),
        new("HELLO", "the greeting names the server, its version and the client's id",
            static e => ReplyParts.IsAggregate(e.Theirs) && ReplyParts.Head(e.Theirs) == ReplyParts.Head(e.Ours)),
        new("TIME", "time goes on between the two", static e => ReplyParts.Head(e.Theirs) == ReplyParts.Head(e.Ours)),
        new("INCRBYFLOAT HINCRBYFLOAT", "redis adds with 80 bits and shows their rounding", IsSameDouble),
        new("OBJECT", "time goes on between the two", static e => ReplyParts.AreClose(e.Theirs, e.Ours, SecondsApartMax)),
        new("COMMAND", "we have other commands", static e => e.Command.Length == 1 || e.Command[1].Equals("COUNT", StringComparison.OrdinalIgnoreCase)),
        new("COMMAND", "where a number of keys is wrong, our COMMAND GETKEYS shows the keys that are there",
            static e => e.Theirs == "-ERR Invalid arguments specified for command\r\n" && ReplyParts.IsAggregate(e.Ours)),
        new("LPOS", "since 7.2 a rank without a positive counterpart is refused",
            static e => e.Ours.StartsWith("-ERR value is out of range, value must between -9223372036854775807", StringComparison.Ordinal)),
        new("BITCOUNT BITPOS", "since 7.2 wrong arguments are refused even where the answer is known without them",
            static e => e.Theirs[0] == ':' && ReplyParts.IsError(e.Ours)),
        new("ZRANK ZREVRANK", "since 7.2 they take WITHSCORE", static e => e.Command.Length == 4 && e.Ours == "-ERR syntax error\r\n"),
        new("RESTORE", "redis does not see that an expiry overflows", static e => e.Ours == "-ERR Invalid TTL value, must be >= 0\r\n" && ReplyParts.IsError(e.Theirs)),
        new("*", "since 7.2 doubles are written in their shortest form", HasSameDoubles),
        new("OBJECT", "our encoding of a string follows from its value alone, not from what made it", IsOtherStringEncoding),
        new("COMMAND", "since 7.2 COMMAND GETKEYS takes commands without arguments",
            static e => e.Command.Length == 3 && e.Theirs == "-ERR wrong number of arguments for 'command|getkeys' command\r\n"),
        new("*", "redis ends error texts at a zero byte, and we show what is no text as replacement characters", IsErrorOverNoText),
        new("SORT SORT_RO", "redis collates up to a zero byte and leaves ties as they fall", static e => (e.Theirs + e.Ours).Contains('\0', StringComparison.Ordinal)),
        new("SORT SORT_RO", "BY nosort leaves a set as it lies, and a set has no order", static e => e.Command.Contains("nosort") && ReplyParts.Sorted(e.Theirs) == ReplyParts.Sorted(e.Ours)),
        new("XPENDING", "time goes on between the two", HasSameDeliveries),
        new("XINFO", "a node of a radix tree is none of ours", static e => AreAlikeBut(e, "radix-tree-nodes")),
        new("XINFO", "since 7.2 a read that finds nothing makes its consumer too", static e => AreAlikeBut(e, "consumers")),
        new("OBJECT", "since 7.2 small sets and lists are listpacks", IsEncodingOf72),
    ];

    /// <summary>The reason why the two replies may differ; null if they may not.</summary>
    internal static string? ReasonFor(Exchange exchange) =>
        Array.Find(Rules, rule => (rule.Commands == "*" || rule.Commands.Split(' ').Contains(exchange.Name)) && rule.Holds(exchange))?.Reason;

    private static bool IsSameDouble(Exchange e) =>
        e.Theirs[0] == '$' && e.Ours[0] == '$' && !ReplyParts.IsNull(e.Theirs) && !ReplyParts.IsNull(e.Ours)
        && double.TryParse(ReplyParts.Content(e.Theirs), CultureInfo.InvariantCulture, out double theirs)
        && double.TryParse(ReplyParts.Content(e.Ours), CultureInfo.InvariantCulture, out double ours)
        && Math.Abs(theirs - ours) <= Math.Abs(theirs) * 1e-15;

    private static bool HasSameDoubles(Exchange e)
    {
        if ((e.Name[0] != 'Z' && !e.Name.StartsWith("BZ", StringComparison.Ordinal)) || e.Theirs[0] == '+')
            return false;
        string[] theirs = [.. ReplyParts.Scalars(e.Theirs)];
        string[] ours = [.. ReplyParts.Scalars(e.Ours)];
        return theirs.Length == ours.Length && theirs.Zip(ours).All(pair => pair.First == pair.Second || AreSameDouble(pair.First, pair.Second));
    }

    private static bool AreSameDouble(string theirs, string ours) =>
        theirs[0] == ours[0] && theirs[0] is '$' or ','
        && double.TryParse(ReplyParts.Content(theirs), CultureInfo.InvariantCulture, out double one)
        && double.TryParse(ReplyParts.Content(ours), CultureInfo.InvariantCulture, out double other)
        && one.Equals(other);

    // Id, consumer, milliseconds, count.
    private static bool HasSameDeliveries(Exchange e)
    {
        string[] theirs = [.. ReplyParts.Scalars(e.Theirs)];
        string[] ours = [.. ReplyParts.Scalars(e.Ours)];
        return e.Command.Length > 3 && theirs.Length == ours.Length && theirs.Length % 4 == 0
            && theirs.Zip(ours).Index().All(pair => pair.Item.First == pair.Item.Second || (pair.Index % 4 == 2 && IsSoon(pair.Item.First, pair.Item.Second)));
    }

    private static bool IsSoon(string theirs, string ours) =>
        theirs[0] == ':' && ours[0] == ':' && Math.Abs(Number(theirs) - Number(ours)) <= MillisecondsApartMax;

    private static long Number(string reply) => long.Parse(reply.AsSpan(1, reply.Length - 3), CultureInfo.InvariantCulture);

    private static bool AreAlikeBut(Exchange e, string name)
    {
        string[] theirs = [.. ReplyParts.Scalars(e.Theirs)];
        string[] ours = [.. ReplyParts.Scalars(e.Ours)];
        return theirs.Length == ours.Length && theirs.Length > 1
            && theirs.Zip(ours).Index().All(pair => pair.Item.First == pair.Item.Second || (pair.Index > 0 && ReplyParts.Content(theirs[pair.Index - 1]) == name));
    }

    private static bool IsOtherStringEncoding(Exchange e) => e.Theirs == "$3\r\nraw\r\n" && e.Ours is "$6\r\nembstr\r\n" or "$3\r\nint\r\n";

    private static bool IsErrorOverNoText(Exchange e) =>
        ReplyParts.IsError(e.Theirs) && ReplyParts.IsError(e.Ours) && e.Command.Any(word => word.Any(letter => letter is '\0' or >= '\x80'))
        && e.Theirs[..AlikeMin] == e.Ours[..AlikeMin];

    private static bool IsEncodingOf72(Exchange e) =>
        e.Ours == "$8\r\nlistpack\r\n" && e.Theirs is "$9\r\nhashtable\r\n" or "$9\r\nquicklist\r\n";

    private sealed record Rule(string Commands, string Reason, Func<Exchange, bool> Holds);
}
