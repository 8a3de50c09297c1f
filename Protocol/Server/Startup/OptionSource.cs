using DragonflyFlow.Pipeline.Configuration;
using Microsoft.Extensions.Configuration;

namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>Options as one source gives them: names in any spelling, values as text.</summary>
/// <param name="Name">Where an error says it is ("in the environment").</param>
/// <param name="Settings">Names and values.</param>
/// <param name="Prefix">What stands before the name where the user wrote it ("DFLOW_").</param>
internal sealed record OptionSource(string Name, IReadOnlyList<KeyValuePair<string, string>> Settings, string Prefix = "")
{
    public const string EnvironmentPrefix = "DFLOW_";
    public const string SettingsSection = "DragonflyFlow";

    /// <summary>The variables DFLOW_NAME, which <paramref name="environment"/> has with the prefix taken off.</summary>
    public static OptionSource FromEnvironment(IConfiguration environment) => new("in the environment", Flatten(environment), EnvironmentPrefix);

    /// <summary>The section DragonflyFlow of appsettings.json; a list may be written as an array.</summary>
    public static OptionSource FromSettings(IConfiguration settings) => new("in appsettings.json", Flatten(settings.GetSection(SettingsSection)));

    /// <summary>Sets the options in <paramref name="config"/>. Returns what is wrong, in one line, or null.</summary>
    public string? ApplyTo(ConfigStore config)
    {
        foreach ((string name, string text) in Settings)
        {
            if (StoreOptions.Find(name) is not { } option)
                return $"unknown option '{Prefix}{name}' {Name}";
            if (config.SetAtStart(option, text) is { } error)
                return $"option '{Prefix}{name}' {Name}: {error}";
        }

        return null;
    }

    private static List<KeyValuePair<string, string>> Flatten(IConfiguration configuration)
    {
        List<KeyValuePair<string, string>> settings = [];
        foreach (IConfigurationSection entry in configuration.GetChildren())
            settings.Add(new KeyValuePair<string, string>(entry.Key, entry.Value ?? string.Join(' ', entry.GetChildren().Select(item => item.Value))));
        return settings;
    }
}
