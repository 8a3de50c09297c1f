using System.Text;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Option words and names as clients write them: ASCII, in any case.</summary>
public static class Words
{
    /// <summary>Whether <paramref name="text"/> is <paramref name="word"/>, cases aside.</summary>
    public static bool Equal(ReadOnlySpan<byte> text, string word) => Ascii.EqualsIgnoreCase(text, word);

    /// <summary>An argument as text for messages; bytes that are no UTF-8 show as replacement characters.</summary>
    public static string Text(ReadOnlySpan<byte> argument) => Encoding.UTF8.GetString(argument);
}
