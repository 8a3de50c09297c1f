using System.Globalization;
using System.Text;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Differential;

/// <summary>Takes replies apart, as texts.</summary>
internal static class ReplyParts
{
    internal static bool IsAggregate(string reply) => reply[0] is '*' or '~' or '%' or '>';

    internal static bool IsError(string reply) => reply[0] == '-';

    /// <summary>One of the forms of no value.</summary>
    internal static bool IsNull(string reply) => reply is "$-1\r\n" or "*-1\r\n" or "_\r\n";

    /// <summary>The first line: kind and count.</summary>
    internal static string Head(string reply) => reply[..(reply.IndexOf("\r\n", StringComparison.Ordinal) + 2)];

    /// <summary>The elements of an aggregate, of a map keys and values in turn.</summary>
    internal static List<string> Elements(string reply) =>
        IsAggregate(reply) && !IsNull(reply) ? ReplyText.Split(Encoding.Latin1.GetBytes(reply[Head(reply).Length..])) : [];

    /// <summary>All scalars inside, from left to right.</summary>
    internal static IEnumerable<string> Scalars(string reply) => IsAggregate(reply) ? Elements(reply).SelectMany(Scalars) : [reply];

    /// <summary>What a bulk string or simple string holds.</summary>
    internal static string Content(string scalar) => scalar[0] == '$' ? scalar[Head(scalar).Length..^2] : scalar[1..^2];

    /// <summary>A number by its value, all else as it stands.</summary>
    internal static string DoubleOrText(string scalar) =>
        double.TryParse(Content(scalar), CultureInfo.InvariantCulture, out double number) ? $"{scalar[0]}{number:R} " : scalar;

    /// <summary>The reply with its elements, or its pairs, in an order of our own.</summary>
    internal static string Sorted(string reply, int groupsOf = 1)
    {
        if (!IsAggregate(reply) || IsNull(reply))
            return reply;
        IEnumerable<string> groups = Elements(reply).Chunk(groupsOf).Select(static group => string.Concat(group));
        return Head(reply) + string.Concat(groups.Order(StringComparer.Ordinal));
    }

    /// <summary>Whether both are integers, no more than this apart.</summary>
    internal static bool AreClose(string one, string other, long apartMax) =>
        one[0] == ':' && other[0] == ':' && Math.Abs(Number(one) - Number(other)) <= apartMax && Math.Sign(Number(one)) == Math.Sign(Number(other));

    private static long Number(string reply) => long.Parse(reply.AsSpan(1, reply.Length - 3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
