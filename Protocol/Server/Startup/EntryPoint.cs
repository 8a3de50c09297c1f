using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Server.Demo;
using DragonflyFlow.Protocol.Server.Hosting;
using Microsoft.Extensions.Configuration;

namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>Main, with its surroundings passed in: options first, then the server's life, then the exit code.</summary>
internal static class EntryPoint
{
    /// <summary>Runs until the server has stopped; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["demo", .. string[] words])
            return await DemoCommand.RunAsync(words, output, error);
        CommandLineRequest request = new CommandLine().Parse(args);
        if (request.WantsHelp)
        {
            HelpText.Write(output);
            return ExitCode.Ok;
        }

        if (request.WantsVersion)
        {
            await output.WriteLineAsync(HelpText.Version);
            return ExitCode.Ok;
        }

        ConfigStore config = new();
        IConfiguration environment = new ConfigurationBuilder().AddEnvironmentVariables(OptionSource.EnvironmentPrefix).Build();
        string? wrong = request.Source is { } commandLine
            ? StartOptions.Read(config, commandLine, environment, Directory.GetCurrentDirectory())
            : request.Error;
        if (wrong is not null)
        {
            await error.WriteLineAsync($"dragonflyflow: {wrong}");
            return ExitCode.WrongOption;
        }

        return await ServerProcess.RunAsync(config, error);
    }
}
