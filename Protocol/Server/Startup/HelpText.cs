using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>What --help and --version print.</summary>
internal static class HelpText
{
    private const int NameWidth = 32;

    /// <summary>"DragonflyFlow 0.1.0".</summary>
    public static string Version => $"DragonflyFlow {typeof(HelpText).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Writes how to start the server, and all options by group.</summary>
    public static void Write(TextWriter output)
    {
        output.WriteLine($"""
            {Version}: a Redis-compatible store whose whole life is one dataflow graph.

            usage: dragonflyflow [--option value | --option=value]...

            Every option can also be given as environment variable {OptionSource.EnvironmentPrefix}<NAME>, or in the section "{OptionSource.SettingsSection}" of
            appsettings.json in the working directory; the command line wins over the environment, the environment over the file. Names may be
            written with dashes or with underscores. CONFIG SET changes an option at run time, except those marked *.
            """);
        foreach (IGrouping<string, OptionDescriptor> group in StoreOptions.All.GroupBy(option => option.Group))
        {
            output.WriteLine();
            output.WriteLine(group.Key + ":");
            foreach (OptionDescriptor option in group)
                WriteOption(output, option);
        }

        output.WriteLine();
        output.WriteLine("Other:");
        output.WriteLine($"  {"--help, -h",-NameWidth} print this text");
        output.WriteLine($"  {"--version, -v",-NameWidth} print the version");
        output.WriteLine();
        output.WriteLine("Exit codes: 0 stopped in order, 1 could not start or stop in order, 2 wrong option, 130 and 143 ended by a second SIGINT or SIGTERM.");
    }

    private static void WriteOption(TextWriter output, OptionDescriptor option)
    {
        string mark = option.Change == OptionChange.AtRunTime ? "" : " *";
        string form = option.Range.Length == 0 ? option.KindName : option.Range;
        string defaultText = option.DefaultText.Length == 0 ? "''" : option.DefaultText;
        output.WriteLine($"  {"--" + option.Name + mark,-NameWidth} {option.Doc}");
        output.WriteLine($"  {"",-NameWidth} [{form}; default {defaultText}]");
    }
}
