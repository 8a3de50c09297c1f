namespace DragonflyFlow.Tests.Differential;

/// <summary>A command and what both sides answered, as bytes in Latin-1.</summary>
internal sealed record Exchange(string[] Command, string Theirs, string Ours)
{
    private const int ShownMax = 200;
    private const int HeadMax = 40;

    internal string Name => Command[0].ToUpperInvariant();

    /// <summary>Two differences of the same kind: the same command, and replies that begin alike.</summary>
    internal string Kind => $"{Name} {Head(Theirs)} {Head(Ours)}";

    public override string ToString() => $"{Quoted(Command)}\n     redis {Shown(Theirs)}\n     ours  {Shown(Ours)}";

    /// <summary>A command as redis-cli takes it.</summary>
    internal static string Quoted(string[] command) => string.Join(' ', command.Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => letter is > ' ' and < '\x7f' and not ('"' or '\'')) ? Cut(word) : $"\"{Escaped(Cut(word))}\"";

    private static string Shown(string reply) => Escaped(Cut(reply));

    private static string Cut(string text) => text.Length <= ShownMax ? text : $"{text[..ShownMax]}...({text.Length} bytes)";

    private static string Escaped(string text) => string.Concat(text.Select(letter => letter switch
    {
        '\r' => "\\r",
        '\n' => "\\n",
        < ' ' or >= '\x7f' => $"\\x{(int)letter:x2}",
        _ => letter.ToString(),
    }));

    private static string Head(string reply) => reply[0] is '-' or '+' ? reply[..Math.Min(reply.Length, HeadMax)] : reply[..1];
}
