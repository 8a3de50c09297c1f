using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using DragonflyFlow.Tests.Protocol.Server.Io;

namespace DragonflyFlow.Tests.Protocol.Server.Hosting;

/// <summary>The built server as a process of its own, on a free port, in an empty directory; ended by its id if a test leaves it running.</summary>
internal sealed class ServerUnderTest : IDisposable
{
    private const string Greeting = "connect with: redis-cli -p ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly string _directory = Directory.CreateTempSubdirectory("dflow").FullName;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    public ServerUnderTest(params string[] arguments)
        : this(arguments, [])
    {
    }

    public ServerUnderTest(string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "dragonflyflow.dll"), .. arguments])
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The suite's own variables (DFLOW_REQUIRE_PEERS) are no options of the server.
        foreach (string inherited in start.Environment.Keys.Where(name => name.StartsWith("DFLOW_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string[] Output => [.. _output];

    public string[] Errors => [.. _errors];

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>A server that listens on a free loopback port, and is ready.</summary>
    public static ServerUnderTest Start(params string[] arguments)
    {
        ServerUnderTest server = new(["--port", "0", "--bind", "127.0.0.1", .. arguments]);
        server.AwaitReady();
        return server;
    }

    public void AwaitReady()
    {
        string line = AwaitLine(Greeting);
        EndPoint = new IPEndPoint(IPAddress.Loopback, int.Parse(line.AsSpan(line.IndexOf(Greeting, StringComparison.Ordinal) + Greeting.Length), CultureInfo.InvariantCulture));
    }

    /// <summary>The first line of the log that contains <paramref name="text"/>.</summary>
    public string AwaitLine(string text)
    {
        string? found = null;
        SpinWait.SpinUntil(() => (found = _output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null || _process.HasExited, Patience);
        Assert.IsNotNull(found, $"no line '{text}' in:\n{string.Join('\n', _output)}\n{string.Join('\n', _errors)}");
        return found;
    }

    public LineClient Connect() => new(EndPoint);

    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public int AwaitExit()
    {
        Assert.IsTrue(_process.WaitForExit(Patience), $"the server did not end:\n{string.Join('\n', _output)}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
