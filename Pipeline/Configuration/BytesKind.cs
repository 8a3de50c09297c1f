using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>A number of bytes, with Redis's units: k, m, g are powers of 1000; kb, mb, gb powers of 1024; b or nothing is bytes. Any case.</summary>
internal sealed class BytesKind(long min, long max) : OptionKind<long>
{
    public override string Name => "bytes";

    public override string Range => min == 0 ? "" : $"{min}..";

    public override bool TryParse(string text, long current, out long value, [NotNullWhen(false)] out string? error)
    {
        if (!TryReadBytes(text, out value))
            error = "argument must be a memory value";
        else if (value < min || value > max)
            error = $"argument must be between {min} and {max} inclusive";
        else
            error = null;
        return error is null;
    }

    /// <summary>Reads one memory value; false if it is none or exceeds 63 bits.</summary>
    internal static bool TryReadBytes(string text, out long bytes)
    {
        bytes = 0;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
            digits = text.Length;
        long unit = text[digits..].ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "K" => 1000,
            "KB" => 1 << 10,
            "M" => 1_000_000,
            "MB" => 1 << 20,
            "G" => 1_000_000_000,
            "GB" => 1 << 30,
            "T" => 1_000_000_000_000,
            "TB" => 1L << 40,
            _ => 0,
        };
        if (unit == 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            return false;
        if (count > long.MaxValue / unit)
            return false;
        bytes = count * unit;
        return true;
    }
}
