using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Rivals;

/// <summary>A running server: its own loopback port, its own empty folder. Disposing ends the process, by its id, and removes the folder.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int StartSeconds = 60;
    private const int LogLinesMax = 20;
    private const string OptionPrefix = "DFLOW_";

    private readonly ProcessStartInfo _start;
    private readonly DirectoryInfo _folder;
    private readonly Queue<string> _log = new();

    private Process _process;

    private ServerProcess(ServerLaunch launch, int port, ProcessStartInfo start, DirectoryInfo folder)
    {
        Launch = launch;
        Port = port;
        _start = start;
        _folder = folder;
        _process = new Process { StartInfo = start };
    }

    /// <summary>How it was started.</summary>
    public ServerLaunch Launch { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>CPU of all its threads so far.</summary>
    public ProcStat Cpu => ProcStat.Read(_process.Id);

    /// <summary>Resident memory now.</summary>
    public long ResidentBytes => ProcStatus.ReadResidentBytes(_process.Id);

    /// <summary>Bytes of all files in its folder.</summary>
    public long FileBytes => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);

    /// <summary>Starts a server and returns when it answers PING.</summary>
    public static async Task<ServerProcess> StartAsync(ServerLaunch launch, CoreLayout cores, CancellationToken cancellation)
    {
        int port = FreePort();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dragonflyflow-perf-");
        IReadOnlyList<string> commandLine = CoreLayout.Wrap(launch.Pinned ? cores.ServerCore : null, launch.For(port));
        ProcessStartInfo start = new(commandLine[0], commandLine.Skip(1))
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Options of ours in the caller's environment would not be told in run.json.
        foreach (string inherited in start.Environment.Keys.Where(name => name.StartsWith(OptionPrefix, StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach ((string name, string value) in launch.Environment)
            start.Environment[name] = value;
        ServerProcess server = new(launch, port, start, folder);
        try
        {
            server.Begin();
            await server.AwaitPingAsync(static () => { }, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes it off the processor, so that another can be measured alone.</summary>
    public void Pause() => Signals.Pause(_process.Id);

    /// <summary>Lets it run.</summary>
    public void Resume() => Signals.Resume(_process.Id);

    /// <summary>Kills it and starts it again where it can find what it has saved; returns when it answers PING.</summary>
    /// <returns>Seconds from the start of the process to its first answer of any kind, and to PONG.</returns>
    public async Task<(double FirstAnswer, double Pong)> RestartAsync(TimeProvider time, CancellationToken cancellation)
    {
        await EndAsync();
        foreach (string argument in Launch.Recovering)
            _start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = _start };
        long start = time.GetTimestamp();
        double? first = null;
        Begin();
        await AwaitPingAsync(() => first ??= time.GetElapsedTime(start).TotalSeconds, cancellation);
        double pong = time.GetElapsedTime(start).TotalSeconds;
        return (first ?? pong, pong);
    }

    /// <summary>Asks it to end in order, waits until it has, and returns its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        Signals.End(_process.Id);
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>The last lines that it printed.</summary>
    public IReadOnlyList<string> LastPrinted()
    {
        lock (_log)
            return [.. _log];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _folder.Delete(recursive: true);
    }

    private async Task EndAsync()
    {
        if (IsRunning())
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    /// <summary>A port on which nobody listens now.</summary>
    internal static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Begin()
    {
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task AwaitPingAsync(Action answeredOtherwise, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(StartSeconds));
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Launch.Name} ended at once with code {_process.ExitCode}. {LastLines()}");
            try
            {
                await Filler.SendAsync(Port, ["PING"], limit.Token);
                return;
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                // Not listening yet.
            }
            catch (InvalidOperationException)
            {
                answeredOtherwise(); // Still loading.
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"{Launch.Name} did not answer PING within {StartSeconds} s. {LastLines()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
    }

    private bool IsRunning()
    {
        try
        {
            return !_process.HasExited;
        }
        catch (InvalidOperationException)
        {
            return false; // It was never started.
        }
    }

    private void Remember(string? line)
    {
        if (line is null)
            return;
        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > LogLinesMax)
                _log.Dequeue();
        }
    }

    private string LastLines()
    {
        lock (_log)
            return _log.Count == 0 ? "It printed nothing." : $"It printed: {string.Join(" | ", _log)}";
    }
}
