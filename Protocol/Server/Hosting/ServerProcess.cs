using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Listeners;
using DragonflyFlow.Protocol.Server.Startup;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>The server as a process: host, log, signals, and the exit code.</summary>
internal static class ServerProcess
{
    // What the host grants beyond the plan's own deadline, which is the one that counts.
    private static readonly TimeSpan HostSlack = TimeSpan.FromSeconds(30);

    /// <summary>Runs until the store has stopped; returns the exit code.</summary>
    public static async Task<int> RunAsync(ConfigStore config, TextWriter error)
    {
        // As many engine threads as I/O threads; where engines have their own the framework's one thread accepts only. Read when the first socket is made.
        int threads = IoEngines.Resolve(config.Get(StoreOptions.IoEngine)) == IoEngineChoice.Sockets ? EngineSize.IoThreads(config) : 1;
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", threads.ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            CheckDirectory(config);
            ServerLogging.RedirectToFile(config);
            using IHost host = BuildHost(config);
            StoreService service = host.Services.GetRequiredService<StoreService>();
            await host.RunAsync();
            return service.Code;
        }
        catch (Exception cause) when (cause is ListenException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"dragonflyflow: {cause.Message}".ReplaceLineEndings(" "));
            return ExitCode.Failed;
        }
    }

    private static void CheckDirectory(ConfigStore config)
    {
        string directory = config.Get(StoreOptions.Directory);
        if (directory.Length > 0 && !Directory.Exists(directory))
            throw new DirectoryNotFoundException($"dir '{directory}' is not a directory");
    }

    private static IHost BuildHost(ConfigStore config)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "dragonflyflow" });
        ServerLogging.Configure(builder.Logging, config);
        builder.Services.Configure<HostOptions>(options =>
            options.ShutdownTimeout = TimeSpan.FromSeconds(config.Get(StoreOptions.ShutdownTimeout) + config.Get(StoreOptions.ShutdownSaveTimeout)) + HostSlack);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => services.GetRequiredService<ILoggerFactory>().CreateLogger("server"));
        builder.Services.AddSingleton(services => StoreServer.Open(
            config, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger>()));
        builder.Services.AddSingleton<StoreService>();
        builder.Services.AddSingleton<IStoreHost>(services => services.GetRequiredService<StoreService>());
        builder.Services.AddHostedService(services => services.GetRequiredService<StoreService>());
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        return builder.Build();
    }
}
