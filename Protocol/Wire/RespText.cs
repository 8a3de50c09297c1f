using System.Globalization;
using System.Text;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>Prints replies in the manner of redis-cli on a terminal.</summary>
internal static class RespText
{
    internal static string Of(RespValue value)
    {
        StringBuilder text = new();
        Append(text, value, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, RespValue value, int indent)
    {
        switch (value.Kind)
        {
            case RespKind.Error or RespKind.BulkError:
                text.Append("(error) ").Append(value.Text);
                break;
            case RespKind.Integer:
                text.Append("(integer) ").Append(value.Text);
                break;
            case RespKind.Double:
                text.Append("(double) ").Append(value.Text);
                break;
            case RespKind.Boolean:
                text.Append(value.Boolean ? "(true)" : "(false)");
                break;
            case RespKind.BulkString:
                AppendQuoted(text, value.Bytes.Span);
                break;
            case RespKind.Null or RespKind.NullBulk or RespKind.NullArray:
                text.Append("(nil)");
                break;
            case RespKind.Map:
                AppendMap(text, value.Items, indent);
                break;
            case RespKind.Array or RespKind.Set or RespKind.Push:
                AppendItems(text, value, indent);
                break;
            default:
                text.Append(value.Text);
                break;
        }
    }

    private static void AppendItems(StringBuilder text, RespValue value, int indent)
    {
        (string name, char mark) = value.Kind switch
        {
            RespKind.Set => ("set", '~'),
            RespKind.Push => ("push", '>'),
            _ => ("array", ')'),
        };
        if (value.Items.Count == 0)
            text.Append(CultureInfo.InvariantCulture, $"(empty {name})");
        int width = Width(value.Items.Count);
        for (int i = 0; i < value.Items.Count; i++)
        {
            StartItem(text, i, width, mark, indent);
            Append(text, value.Items[i], indent + width + 2);
        }
    }

    private static void AppendMap(StringBuilder text, IReadOnlyList<RespValue> items, int indent)
    {
        if (items.Count == 0)
            text.Append("(empty hash)");
        int width = Width(items.Count / 2);
        for (int i = 0; i + 1 < items.Count; i += 2)
        {
            StartItem(text, i / 2, width, '#', indent);
            Append(text, items[i], indent + width + 2);
            text.Append(" => ");
            Append(text, items[i + 1], indent + width + 2);
        }
    }

    private static void StartItem(StringBuilder text, int index, int width, char mark, int indent)
    {
        if (index > 0)
            text.Append('\n').Append(' ', indent);
        text.Append((index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width)).Append(mark).Append(' ');
    }

    private static int Width(int count) => count.ToString(CultureInfo.InvariantCulture).Length;

    private static void AppendQuoted(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        text.Append('"');
        foreach (byte next in bytes)
        {
            _ = next switch
            {
                (byte)'\\' or (byte)'"' => text.Append('\\').Append((char)next),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\a' => text.Append("\\a"),
                (byte)'\b' => text.Append("\\b"),
                >= 0x20 and < 0x7F => text.Append((char)next),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{next:x2}"),
            };
        }

        text.Append('"');
    }
}
