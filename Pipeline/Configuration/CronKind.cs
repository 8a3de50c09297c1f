using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>A crontab expression of five fields, in UTC; nothing for never.</summary>
internal sealed class CronKind : OptionKind<string>
{
    public override string Name => "cron";

    public override string Range => "<minute> <hour> <day> <month> <weekday>";

    public override bool TryParse(string text, string current, [MaybeNullWhen(false)] out string value, [NotNullWhen(false)] out string? error)
    {
        value = text.Trim();
        error = value.Length == 0 || CronExpression.TryParse(value, out _) ? null : "argument must be a cron expression of five fields, as '*/30 * * * *'";
        return error is null;
    }
}
