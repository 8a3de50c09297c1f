using System.Collections.Frozen;
using System.Reflection;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>The arguments of all commands, from the text beside this file. It is read when somebody asks for the first time.</summary>
/// <remarks>
/// A line for each command: its full name, then its arguments; what begins with a space goes on. An argument is flags, name, and what is to be said of it:
/// "?" optional, "+" multiple, "^" with its word each time; "%i" integer, "%d" double, "%t" unix-time, "%p" pattern, "%s" string; "#0" of that key specification, and a key if nothing else is said;
/// "@7.0.0" since, "!7.0.0" deprecated since, "=WORD" its word; "(...)" a block, "&lt;...&gt;" a choice. Without a type it is a word if it has one, else a string.
/// Where Redis 7.0 has the command these are its arguments, generated from what it says itself; younger ones follow the manual.
/// </remarks>
internal static class CommandArguments
{
    private static readonly Lazy<FrozenDictionary<string, CommandArgument[]>> All = new(Load);

    /// <summary>The arguments of a command by its full name ("config|get"); empty if it has none.</summary>
    public static IReadOnlyList<CommandArgument> Of(string fullName) => All.Value.GetValueOrDefault(fullName, []);

    private static FrozenDictionary<string, CommandArgument[]> Load()
    {
        using StreamReader text = new(Assembly.GetExecutingAssembly().GetManifestResourceStream("arguments.txt")!);
        string[] lines = text.ReadToEnd().Replace("\n    ", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(static line => line.Split(' ', 2)).ToFrozenDictionary(static parts => parts[0], static parts => new Reader(parts[1]).ReadAll(end: '\0'));
    }

    /// <summary>Reads one line.</summary>
    private sealed class Reader(string text)
    {
        private int _at;

        private char Next => _at < text.Length ? text[_at] : '\0';

        public CommandArgument[] ReadAll(char end)
        {
            List<CommandArgument> arguments = [];
            while (Next != end)
            {
                arguments.Add(Read());
                if (Next == ' ')
                    _at++;
            }

            _at++;
            return [.. arguments];
        }

        private CommandArgument Read()
        {
            string[] flags = [.. Flag('?', "optional"), .. Flag('+', "multiple"), .. Flag('^', "multiple_token")];
            string name = Word("%#@!=() <>");
            string? type = After('%') is { } letter ? TypeOf(letter) : null;
            string? key = After('#'), since = After('@'), deprecated = After('!');
            string? token = Next == '=' ? Token() : null;
            type ??= Next == '(' ? "block" : Next == '<' ? "oneof" : key is not null ? "key" : token is not null ? "pure-token" : "string";
            return new CommandArgument(name, type, Parts())
            {
                KeySpec = key is null ? null : key[0] - '0',
                Token = token,
                Since = since,
                DeprecatedSince = deprecated,
                Flags = flags,
            };
        }

        private CommandArgument[] Parts()
        {
            char close = Next == '(' ? ')' : '>';
            if (Next is not ('(' or '<'))
                return [];
            _at++;
            return ReadAll(close);
        }

        private string[] Flag(char sign, string name)
        {
            if (Next != sign)
                return [];
            _at++;
            return [name];
        }

        private string? After(char sign)
        {
            if (Next != sign)
                return null;
            _at++;
            return Word("%#@!=() <>");
        }

        private string Token()
        {
            _at++;
            string token = Word("() <>");
            return token == "\"\"" ? "" : token;
        }

        private string Word(string ends)
        {
            int start = _at;
            while (_at < text.Length && !ends.Contains(text[_at], StringComparison.Ordinal))
                _at++;
            return text[start.._at];
        }

        private static string TypeOf(string letter) => letter switch
        {
            "i" => "integer",
            "d" => "double",
            "t" => "unix-time",
            "p" => "pattern",
            _ => "string",
        };
    }
}
