using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>A whole number within bounds, written in <paramref name="numberBase"/> 10 or 8 (file permissions).</summary>
internal sealed class IntegerKind(long min, long max, string name = "int", bool clamp = false, int numberBase = 10) : OptionKind<long>
{
    public override string Name => name;

    public override string Range => (min, max) switch
    {
        (long.MinValue, long.MaxValue) => "",
        (_, long.MaxValue) => $"{Format(min)}..",
        _ => $"{Format(min)}..{Format(max)}",
    };

    public override bool TryParse(string text, long current, out long value, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (!TryRead(text, out value))
        {
            error = "argument couldn't be parsed into an integer";
            return false;
        }

        if (clamp)
            value = Math.Clamp(value, min, max);
        if (value < min || value > max)
            error = $"argument must be between {Format(min)} and {Format(max)} inclusive";
        return error is null;
    }

    public override string Format(long value) =>
        numberBase == 8 ? Convert.ToString(value, 8) : value.ToString(CultureInfo.InvariantCulture);

    private bool TryRead(string text, out long value)
    {
        if (numberBase == 10)
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        value = 0;
        if (text.Length is 0 or > 6 || text.AsSpan().ContainsAnyExceptInRange('0', '7'))
            return false;
        value = Convert.ToInt64(text, 8);
        return true;
    }
}
