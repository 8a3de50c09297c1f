using System.CommandLine;
using System.CommandLine.Parsing;
using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>The command line, made from the option table: --name value, --name=value, and --name alone for yes.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<Option, OptionDescriptor> _options = [];
    private readonly Option<bool> _help = new("--help", "-h", "-?");
    private readonly Option<bool> _version = new("--version", "-v");
    private readonly RootCommand _root = new();

    public CommandLine()
    {
        _root.Options.Clear();
        _root.Options.Add(_help);
        _root.Options.Add(_version);
        foreach (OptionDescriptor descriptor in StoreOptions.All)
        {
            string[] names = [.. new[] { descriptor.DashedName }.Concat(descriptor.Aliases).Where(name => name != descriptor.Name).Select(name => "--" + name)];
            Option<string[]> option = new("--" + descriptor.Name, names)
            {
                Arity = descriptor is StoreOption<bool> ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = false,
            };
            _options.Add(option, descriptor);
            _root.Options.Add(option);
        }
    }

    /// <summary>What <paramref name="args"/> ask for.</summary>
    public CommandLineRequest Parse(IReadOnlyList<string> args)
    {
        ParseResult result = _root.Parse([.. args.SelectMany(Parts)], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (result.GetValue(_help))
            return new CommandLineRequest { WantsHelp = true };
        if (result.GetValue(_version))
            return new CommandLineRequest { WantsVersion = true };
        if (result.UnmatchedTokens.Count > 0)
            return new CommandLineRequest { Error = $"unknown option '{result.UnmatchedTokens[0]}' on the command line" };
        if (result.Errors.Count > 0)
            return new CommandLineRequest { Error = $"command line: {result.Errors[0].Message}" };

        List<KeyValuePair<string, string>> settings = [];
        foreach (OptionResult option in result.CommandResult.Children.OfType<OptionResult>())
        {
            if (_options.TryGetValue(option.Option, out OptionDescriptor? descriptor))
                settings.Add(new KeyValuePair<string, string>(descriptor.Name, ValueOf(option, descriptor)));
        }

        return new CommandLineRequest { Source = new OptionSource("on the command line", settings, "--") };
    }

    // The parser takes the word behind "--name=" for the value; it is the empty one.
    private static string[] Parts(string word) =>
        word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) == word.Length - 1 ? [word[..^1], ""] : [word];

    // An option given several times adds up if it is a list; else the last one counts.
    private static string ValueOf(OptionResult option, OptionDescriptor descriptor) => option.Tokens switch
    {
        [] => "yes",
        var tokens when descriptor is StoreOption<IReadOnlyList<string>> => string.Join(' ', tokens.Select(token => token.Value)),
        [.., var last] => last.Value,
    };
}
