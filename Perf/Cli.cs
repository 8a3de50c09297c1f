using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace DragonflyFlow.Perf;

/// <summary>Options whose values are checked before anything is started.</summary>
internal static class Cli
{
    /// <summary>A whole number within limits.</summary>
    public static Option<int> Number(string name, string description, int usual, int min, int max)
    {
        Option<int> option = new(name) { Description = $"{description} ({min}-{max})", DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Check(result, result.Tokens.Select(token => token.Value), min, max));
        return option;
    }

    /// <summary>A positive number, or "auto", which is null.</summary>
    public static Option<long?> NumberOrAuto(string name, string description, long max) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => null,
        HelpName = "N|auto",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == "auto")
                return null;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= 1 && number <= max)
                return number;
            result.AddError($"{name} is a number from 1 to {max}, or auto; not '{text}'.");
            return null;
        },
    };

    /// <summary>Numbers within limits, separated by commas.</summary>
    public static Option<CommaList<int>> Numbers(string name, string description, IReadOnlyList<int> usual, int min, int max) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => new CommaList<int>(usual),
        HelpName = "N,N",
        CustomParser = result =>
        {
            string[] parts = Parts(result);
            if (parts.Length == 0)
                result.AddError($"{name} is empty.");
            return Check(result, parts, min, max)
                ? new CommaList<int>([.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture)).Distinct()])
                : null;
        },
    };

    /// <summary>Some of <paramref name="known"/>, separated by commas.</summary>
    public static Option<CommaList<string>> Names(string name, string description, IReadOnlyList<string> known, IReadOnlyList<string> usual) => new(name)
    {
        Description = $"{description} ({string.Join(", ", known)})",
        DefaultValueFactory = _ => new CommaList<string>(usual),
        HelpName = "name,name",
        CustomParser = result =>
        {
            string[] parts = [.. Parts(result).Select(part => part.ToLowerInvariant()).Distinct()];
            if (parts.Length == 0)
                result.AddError($"{name} is empty.");
            foreach (string part in parts.Where(part => !known.Contains(part)))
                result.AddError($"{name} does not know '{part}'; it knows {string.Join(", ", known)}.");
            return new CommaList<string>(parts);
        },
    };

    private static string[] Parts(ArgumentResult result)
        => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static bool Check(SymbolResult result, IEnumerable<string> texts, int min, int max)
    {
        bool right = true;
        foreach (string text in texts)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max)
                continue;
            result.AddError($"'{text}' is not a number from {min} to {max}.");
            right = false;
        }

        return right;
    }
}
