using System.Globalization;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// A name with the time in it: what stands before and what behind. The time is that of the snapshot's begin, in UTC to the millisecond, and no two snapshots
/// of a store have the same.
/// </summary>
internal readonly record struct StampedName(string Before, string After)
{
    /// <summary>What stands for the time in a name of the options, as in Dragonfly.</summary>
    public const string Place = "{timestamp}";

    private const string Form = "yyyyMMdd'T'HHmmssfff";
    private const int Letters = 18;

    /// <summary>The name at a place of time; null if the text has none.</summary>
    public static StampedName? Of(string text)
    {
        int at = text.IndexOf(Place, StringComparison.Ordinal);
        return at < 0 ? null : new StampedName(text[..at], text[(at + Place.Length)..]);
    }

    /// <summary>The name of a snapshot by its number: Unix milliseconds.</summary>
    public string At(long id) => Before + DateTimeOffset.FromUnixTimeMilliseconds(id).ToString(Form, CultureInfo.InvariantCulture) + After;

    /// <summary>Whether a text begins with a name of this kind: its number, and what follows it.</summary>
    public bool TryParse(string text, out long id, out string rest)
    {
        (id, rest) = (0, "");
        if (text.Length < Before.Length + Letters + After.Length || !text.StartsWith(Before, StringComparison.Ordinal))
            return false;
        string behind = text[(Before.Length + Letters)..];
        if (!behind.StartsWith(After, StringComparison.Ordinal))
            return false;
        bool isTime = DateTimeOffset.TryParseExact(
            text.AsSpan(Before.Length, Letters), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        id = time.ToUnixTimeMilliseconds();
        rest = behind[After.Length..];
        return isTime;
    }
}
