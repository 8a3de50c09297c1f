namespace DragonflyFlow.Tests.Differential.Grammar;

/// <summary>
/// A command as documentation writes it, from which calls are drawn: <c>&lt;class&gt;</c> is a word of a class, <c>[a|b]</c> may be left out,
/// <c>(a|b)</c> is one of several, <c>...</c> behind a word or group repeats it one to four times, <c>*100</c> so many times; all else stands for itself.
/// </summary>
internal sealed class Template
{
    private const int RepeatsMax = 4;
    private const int OptionalOneIn = 3;

    private readonly Node _root;

    private Template(string text, Node root)
    {
        Text = text;
        Command = text.Split(' ')[0];
        _root = root;
    }

    /// <summary>Draws the words of one call.</summary>
    private delegate void Node(WordSource words, List<string> into);

    /// <summary>As it was written.</summary>
    internal string Text { get; }

    /// <summary>The name of the command.</summary>
    internal string Command { get; }

    /// <summary>One template a line; empty lines separate.</summary>
    internal static Template[] ParseLines(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    internal static Template Parse(string text)
    {
        string spaced = text.Replace("...", " ... ", StringComparison.Ordinal);
        foreach (string mark in new[] { "[", "]", "(", ")", "|" })
            spaced = spaced.Replace(mark, $" {mark} ", StringComparison.Ordinal);
        spaced = spaced.Replace(">", "> ", StringComparison.Ordinal);
        Queue<string> tokens = new(spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Template template = new(text, Choice(tokens));
        return tokens.Count == 0 ? template : throw new FormatException($"'{tokens.Peek()}' is left over in: {text}");
    }

    /// <summary>Draws a call.</summary>
    internal string[] Draw(WordSource words)
    {
        List<string> call = [];
        _root(words, call);
        return [.. call];
    }

    private static Node Choice(Queue<string> tokens)
    {
        List<Node> alternatives = [Sequence(tokens)];
        while (tokens.TryPeek(out string? token) && token == "|")
        {
            tokens.Dequeue();
            alternatives.Add(Sequence(tokens));
        }

        return alternatives.Count == 1 ? alternatives[0] : (words, into) => alternatives[words.Random.Next(alternatives.Count)](words, into);
    }

    private static Node Sequence(Queue<string> tokens)
    {
        List<Node> parts = [];
        while (tokens.TryPeek(out string? token) && token is not ("|" or "]" or ")"))
            parts.Add(Repeated(Part(tokens), tokens));
        return (words, into) => parts.ForEach(part => part(words, into));
    }

    private static Node Part(Queue<string> tokens)
    {
        string token = tokens.Dequeue();
        switch (token)
        {
            case "[":
                Node optional = Choice(tokens);
                Expect(tokens, "]");
                return (words, into) =>
                {
                    if (words.Random.Next(OptionalOneIn) == 0)
                        optional(words, into);
                };
            case "(":
                Node group = Choice(tokens);
                Expect(tokens, ")");
                return group;
            case ['<', .., '>']:
                string name = token[1..^1];
                return (words, into) => into.Add(words.Draw(name));
            default:
                return (_, into) => into.Add(token);
        }
    }

    private static Node Repeated(Node node, Queue<string> tokens)
    {
        if (!tokens.TryPeek(out string? token) || (token != "..." && !(token[0] == '*' && token.Length > 1)))
            return node;
        tokens.Dequeue();
        int fixedTimes = token == "..." ? 0 : int.Parse(token.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        return (words, into) =>
        {
            for (int times = fixedTimes > 0 ? fixedTimes : words.Random.Next(1, RepeatsMax + 1); times > 0; times--)
                node(words, into);
        };
    }

    private static void Expect(Queue<string> tokens, string mark)
    {
        if (!tokens.TryDequeue(out string? token) || token != mark)
            throw new FormatException($"'{mark}' is missing");
    }
}
