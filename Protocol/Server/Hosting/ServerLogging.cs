using DragonflyFlow.Pipeline.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>Logging as the options ask for it: one line each, UTC, on standard output or in a file; the level follows CONFIG SET loglevel.</summary>
internal static class ServerLogging
{
    /// <summary>Sets up <paramref name="logging"/>.</summary>
    public static void Configure(ILoggingBuilder logging, ConfigStore config)
    {
        LogLevel least = LogLevel.Information;
        config.Subscribe(StoreOptions.LogLevel, verbosity => least = LevelOf(verbosity));
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((category, level) => level >= least && category?.StartsWith("Microsoft", StringComparison.Ordinal) == false);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            if (config.Get(StoreOptions.LogFile).Length > 0)
                console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }

    /// <summary>From now on what goes to the console goes to the log file, if there is to be one.</summary>
    public static void RedirectToFile(ConfigStore config)
    {
        string path = config.Get(StoreOptions.LogFile);
        if (path.Length > 0)
            Console.SetOut(new StreamWriter(path, append: true) { AutoFlush = true });
    }

    private static LogLevel LevelOf(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Debug => LogLevel.Trace,
        LogVerbosity.Verbose => LogLevel.Debug,
        LogVerbosity.Notice => LogLevel.Information,
        _ => LogLevel.Warning,
    };
}
