using DragonflyFlow.Pipeline.Configuration;
using Microsoft.Extensions.Configuration;

namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>The options a process starts with: defaults, then appsettings.json, then the environment, then the command line.</summary>
internal static class StartOptions
{
    public const string SettingsFile = "appsettings.json";

    /// <summary>Reads all sources. Returns what is wrong, in one line, or null.</summary>
    public static string? Read(ConfigStore config, OptionSource commandLine, IConfiguration environment, string settingsDirectory)
    {
        IConfiguration settings;
        try
        {
            settings = new ConfigurationBuilder().SetBasePath(settingsDirectory).AddJsonFile(SettingsFile, optional: true).Build();
        }
        catch (InvalidDataException broken)
        {
            return $"{SettingsFile}: {broken.InnerException?.Message ?? broken.Message}".ReplaceLineEndings(" ");
        }

        return OptionSource.FromSettings(settings).ApplyTo(config)
            ?? OptionSource.FromEnvironment(environment).ApplyTo(config)
            ?? commandLine.ApplyTo(config);
    }
}
