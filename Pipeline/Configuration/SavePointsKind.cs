using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Pairs of seconds and changes; nothing for no rule.</summary>
internal sealed class SavePointsKind : OptionKind<SavePoints>
{
    private const string Refusal = "Invalid save parameters";

    public override string Name => "pairs";

    public override string Range => "<seconds> <changes> ...";

    public override bool TryParse(string text, SavePoints current, [MaybeNullWhen(false)] out SavePoints value, [NotNullWhen(false)] out string? error)
    {
        value = SavePoints.None;
        error = null;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return true;
        List<SavePoint> points = [];
        bool isRight = words.Length % 2 == 0;
        for (int i = 0; isRight && i < words.Length; i += 2)
        {
            isRight = long.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds >= 1;
            isRight &= long.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out long changes);
            points.Add(new SavePoint(seconds, changes));
        }

        value = new SavePoints(points);
        error = isRight ? null : Refusal;
        return isRight;
    }
}
