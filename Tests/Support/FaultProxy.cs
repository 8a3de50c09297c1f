// Concurrency rule: _lock guards the links, the stall, the target and the switches; nothing is awaited inside it. Each direction of a link is one task, which alone reads its
// source and writes its destination; faults come from any thread and act on the sockets, or on what the tasks look at between two pieces.

using System.Net;
using System.Net.Sockets;

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// A TCP proxy on a loopback port that passes bytes to a target and back, and breaks as networks do: cut, reset, half closed, stalled, slow, refusing. What is chosen and when
/// is its user's, so that a seed decides it.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;
    private const int PiecesPerSecond = 100;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Link> _links = [];
    private readonly Task _accepting;
    private IPEndPoint _target;
    private TaskCompletionSource? _stall;
    private long _passedBytes;
    private int _bytesPerSecond;
    private bool _refuses;
    private bool _isOver;

    /// <summary>Opens it on a free port; <paramref name="time"/> is what slowness is measured by.</summary>
    public FaultProxy(IPEndPoint target, TimeProvider? time = null)
    {
        _target = target;
        _time = time ?? TimeProvider.System;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where new links lead.</summary>
    public IPEndPoint Target
    {
        get { lock (_lock) return _target; }
        set { lock (_lock) _target = value; }
    }

    /// <summary>Whether new links are reset at once.</summary>
    public bool Refuses
    {
        get { lock (_lock) return _refuses; }
        set { lock (_lock) _refuses = value; }
    }

    /// <summary>Bytes a second that each direction of a link passes; 0 = as fast as they come.</summary>
    public int BytesPerSecond
    {
        get { lock (_lock) return _bytesPerSecond; }
        set { lock (_lock) _bytesPerSecond = value; }
    }

    /// <summary>Links that are open.</summary>
    public int Open => Links().Length;

    /// <summary>Bytes that have been passed to the target, over all links.</summary>
    public long PassedBytes => Interlocked.Read(ref _passedBytes);

    /// <summary>All links end at both sides, as if each had been closed by the other.</summary>
    public void Cut() => Array.ForEach(Links(), link => link.Close(isReset: false));

    /// <summary>All links are reset at both sides (RST).</summary>
    public void Reset() => Array.ForEach(Links(), link => link.Close(isReset: true));

    /// <summary>One of the links is reset, counted round; none if none is open.</summary>
    public void ResetOne(int which)
    {
        if (Links() is { Length: > 0 } links)
            links[which % links.Length].Close(isReset: true);
    }

    /// <summary>One side of a link, counted round, reads an end; the other direction goes on, and what still comes for that side is lost.</summary>
    public void HalfClose(int which, bool targetReadsEnd)
    {
        if (Links() is { Length: > 0 } links)
            links[which % links.Length].HalfClose(targetReadsEnd);
    }

    /// <summary>Nothing is passed, in any direction, until <see cref="GoOn"/>; links may be opened and wait too.</summary>
    public void Stall()
    {
        lock (_lock)
            _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Ends stall, slowness and refusal.</summary>
    public void GoOn()
    {
        TaskCompletionSource? stall;
        lock (_lock)
        {
            (stall, _stall) = (_stall, null);
            _bytesPerSecond = 0;
            _refuses = false;
        }

        stall?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _isOver = true;
        _listener.Dispose();
        GoOn();
        await _accepting;
        Link[] links = Links();
        Reset();
        await Task.WhenAll(links.Select(link => link.Running));
    }

    private Link[] Links()
    {
        lock (_lock)
            return [.. _links];
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }

            client.NoDelay = true;
            Link link = new(this, client);
            lock (_lock)
            {
                if (!_refuses && !_isOver)
                {
                    _links.Add(link);
                    link.Running = link.RunAsync(_target);
                    continue;
                }
            }

            link.Dispose();
        }
    }

    private Task StallAsync()
    {
        lock (_lock)
            return _stall?.Task ?? Task.CompletedTask;
    }

    /// <summary>One connection to the proxy, and the one from it to the target.</summary>
    private sealed class Link(FaultProxy owner, Socket client) : IDisposable
    {
        private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _targetHasEnd;
        private volatile bool _clientHasEnd;

        public Task Running { get; set; } = Task.CompletedTask;

        public async Task RunAsync(IPEndPoint target)
        {
            // The caller holds the lock, in which a link must not end.
            await Task.Yield();
            try
            {
                await _server.ConnectAsync(target);
                await Task.WhenAll(PumpAsync(client, _server, isToTarget: true), PumpAsync(_server, client, isToTarget: false));
                Close(isReset: false);
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                Close(isReset: true);
            }
            finally
            {
                lock (owner._lock)
                    owner._links.Remove(this);
            }
        }

        public void HalfClose(bool targetReadsEnd)
        {
            (targetReadsEnd ? ref _targetHasEnd : ref _clientHasEnd) = true;
            End(targetReadsEnd ? _server : client);
        }

        public void Dispose() => Close(isReset: true);

        public void Close(bool isReset)
        {
            _closed.TrySetResult();
            foreach (Socket socket in (Socket[])[client, _server])
            {
                if (isReset)
                    Linger(socket);
                else
                    End(socket);
                socket.Dispose();
            }
        }

        private async Task PumpAsync(Socket from, Socket to, bool isToTarget)
        {
            byte[] piece = new byte[PieceBytes];
            try
            {
                while (true)
                {
                    await PassAsync();
                    int count = await from.ReceiveAsync(piece);
                    // What was read when the stall began is held back too.
                    await PassAsync();
                    if (count == 0)
                        break;
                    for (ReadOnlyMemory<byte> rest = piece.AsMemory(0, count); !rest.IsEmpty && !(isToTarget ? _targetHasEnd : _clientHasEnd);)
                        rest = rest[await PassSomeAsync(to, rest, isToTarget)..];
                }
            }
            catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
            {
                // What breaks one side breaks the other.
                Close(isReset: true);
            }

            End(to);
        }

        // No more than goes in a hundredth of a second, and then that time.
        private async Task<int> PassSomeAsync(Socket to, ReadOnlyMemory<byte> bytes, bool isToTarget)
        {
            int rate = owner.BytesPerSecond;
            int count = await to.SendAsync(rate == 0 ? bytes : bytes[..Math.Clamp(rate / PiecesPerSecond, 1, bytes.Length)]);
            if (isToTarget)
                Interlocked.Add(ref owner._passedBytes, count);
            if (rate != 0)
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds((double)count / rate), owner._time), _closed.Task);
            return count;
        }

        private async Task PassAsync() => await Task.WhenAny(owner.StallAsync(), _closed.Task);

        private static void End(Socket socket)
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // It has ended already.
            }
        }

        private static void Linger(Socket socket)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // It has ended already.
            }
        }
    }
}
