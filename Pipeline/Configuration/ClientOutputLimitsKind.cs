using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Groups of four words: class, hard bytes, soft bytes, soft seconds. Classes that are not named keep their bounds.</summary>
internal sealed class ClientOutputLimitsKind : OptionKind<ClientOutputLimits>
{
    public override string Name => "limits";

    public override string Range => "<normal|replica|pubsub> <hard> <soft> <seconds> ...";

    public override bool TryParse(
        string text, ClientOutputLimits current, [MaybeNullWhen(false)] out ClientOutputLimits value, [NotNullWhen(false)] out string? error)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        value = current;
        error = words.Length % 4 == 0 && words.Length > 0 ? null : "Wrong number of arguments in buffer limit configuration.";
        for (int i = 0; i < words.Length && error is null; i += 4)
            error = Apply(words.AsSpan(i, 4), ref value);
        return error is null;
    }

    public override string Format(ClientOutputLimits value) =>
        $"normal {Format(value.Normal)} slave {Format(value.Replica)} pubsub {Format(value.PubSub)}";

    private static string Format(OutputLimit limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.HardBytes} {limit.SoftBytes} {limit.SoftSeconds}");

    private static string? Apply(ReadOnlySpan<string> words, ref ClientOutputLimits limits)
    {
        bool valid = BytesKind.TryReadBytes(words[1], out long hard);
        valid &= BytesKind.TryReadBytes(words[2], out long soft);
        valid &= long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds);
        OutputLimit limit = new(hard, soft, seconds);
        switch (words[0].ToUpperInvariant())
        {
            case "NORMAL":
                limits = limits with { Normal = limit };
                break;
            case "SLAVE" or "REPLICA":
                limits = limits with { Replica = limit };
                break;
            case "PUBSUB":
                limits = limits with { PubSub = limit };
                break;
            default:
                return "Invalid client class specified in buffer limit configuration.";
        }

        return valid ? null : "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
    }
}
