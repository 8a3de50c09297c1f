using System.Collections.Concurrent;
using System.Net;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Listeners;
using DragonflyFlow.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>A listener, an engine and connections, with <see cref="LineSession"/>s instead of a store behind them. Its clock is the test's.</summary>
internal sealed class LineServer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IIoEngine _engine;
    private readonly ConnectionLimits _limits;

    public LineServer(Func<TimeProvider, IIoEngine> makeEngine, params (string Name, string Value)[] options)
    {
        foreach ((string name, string value) in options.Prepend(("bind", "127.0.0.1")).Prepend(("port", "0")))
            Assert.IsNull(Config.SetAtStart(StoreOptions.Find(name)!, value));
        _engine = makeEngine(Time);
        _limits = new ConnectionLimits(Config);
        Connections = new ConnectionSet(_limits, Time, NullLogger.Instance);
        Listener = Listener.Open(Config, Time, NullLogger.Instance);
        Admission admission = new(Config, Connections, _engine, (owner, peer) => Sessions.AddAndReturn(new LineSession(owner, peer)), NeedsPassword, NullLogger.Instance);
        _engine.Start();
        Listener.Start(admission.Admit);
    }

    // There are no users: the option alone decides.
    private bool NeedsPassword() => Config.Get(StoreOptions.RequirePass).Length > 0;

    public ConfigStore Config { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public ConnectionSet Connections { get; }

    public Listener Listener { get; }

    public ConcurrentBag<LineSession> Sessions { get; } = [];

    public LineClient Connect() => new(Listener.EndPoints[0]);

    public LineClient Connect(EndPoint endPoint) => new(endPoint);

    /// <summary>Waits until <paramref name="condition"/> holds, while the server's threads work.</summary>
    public static void Await(Func<bool> condition, string what) => Assert.IsTrue(SpinWait.SpinUntil(condition, Patience), what);

    public void AwaitCount(int count) => Await(() => Connections.Count == count, $"{Connections.Count} connections instead of {count}");

    public async Task StopAsync()
    {
        Listener.Complete();
        await Listener.Completion.WaitAsync(Patience);
        Connections.Complete();
        await Connections.Completion.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Listener.Complete();
        Connections.Fault(new OperationCanceledException("the test ends"));
        foreach (LineSession session in Sessions)
            session.ComeBack();
        Task ended = await Task.WhenAny(Connections.Completion.WaitAsync(Patience));
        Assert.IsNotInstanceOfType<TimeoutException>(ended.Exception?.InnerException, "connections did not end");
        Connections.Dispose();
        _limits.Dispose();
        _engine.Dispose();
        Connections.Ledger.AssertSettled("connections");
    }
}

internal static class ConcurrentBagExtensions
{
    public static T AddAndReturn<T>(this ConcurrentBag<T> bag, T item)
    {
        bag.Add(item);
        return item;
    }
}
