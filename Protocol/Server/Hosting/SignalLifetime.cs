using System.Runtime.InteropServices;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Server.Startup;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>
/// SIGTERM and SIGINT stop the store in order; the second of them ends the process at once. SIGHUP, which a terminal sends when it goes, is ignored.
/// </summary>
internal sealed class SignalLifetime(IStoreHost host, ILogger log) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, "SIGTERM", 15)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, "SIGINT", 2)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Stop(PosixSignalContext context, string name, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
        {
            host.RequestStop(new StopRequest(name, Now: false));
            return;
        }

        Console.Error.WriteLine($"dragonflyflow: ended by a second signal ({name}) before the stop was complete");
        Environment.Exit(ExitCode.SignalBase + number);
    }

    private void Ignore(PosixSignalContext context)
    {
        context.Cancel = true;
        ServerLog.HangupIgnored(log);
    }
}
