// Concurrency rule of this file: sockets are opened before Start and closed by Complete; one accept loop per socket runs in between.

using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Listeners;

/// <summary>All listening sockets: the stage Listener. Complete closes them; Completion comes when the last accept loop has ended.</summary>
internal sealed class Listener : IFlowBlock
{
    // The process is out of descriptors: connections end meanwhile.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly List<Socket> _sockets = [];
    private readonly Ledger _ledger = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closed;
    private Task _loops = Task.CompletedTask;
    private Task _ending = Task.CompletedTask;

    private Listener(TimeProvider time, ILogger log)
    {
        _time = time;
        _log = log;
    }

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <inheritdoc />
    public long QueueLength => 0;

    /// <inheritdoc />
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Where it listens, with the real ports.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>Opens all sockets that the options ask for.</summary>
    /// <exception cref="ListenException">One of them cannot be opened; none is open.</exception>
    public static Listener Open(ConfigStore config, TimeProvider time, ILogger log)
    {
        Listener listener = new(time, log);
        try
        {
            listener.OpenAll(config);
        }
        catch
        {
            listener.CloseSockets();
            throw;
        }

        return listener;
    }

    /// <summary>Hands every accepted socket to <paramref name="admit"/>, from now on.</summary>
    public void Start(Action<Socket> admit)
    {
        _loops = Task.WhenAll(_sockets.Select(socket => AcceptAsync(socket, admit)));
        _ending = EndAsync();
    }

    /// <inheritdoc />
    public void Complete()
    {
        _closed = true;
        CloseSockets();
        if (_ending.IsCompletedSuccessfully)
            _completion.TrySetResult();
    }

    /// <inheritdoc />
    public void Fault(Exception exception)
    {
        _completion.TrySetException(exception);
        Complete();
    }

    private async Task AcceptAsync(Socket listening, Action<Socket> admit)
    {
        while (!_closed)
        {
            try
            {
                Socket accepted = await listening.AcceptAsync();
                _ledger.Accept();
                admit(accepted);
                _ledger.Done();
            }
            catch (Exception) when (_closed)
            {
                return;
            }
            catch (SocketException failed)
            {
                ServerLog.AcceptFailed(_log, failed.Message);
                await Task.Delay(PauseAfterFailure, _time);
            }
        }
    }

    private async Task EndAsync()
    {
        try
        {
            await _loops;
            _completion.TrySetResult();
        }
        catch (Exception bug)
        {
            _completion.TrySetException(bug);
        }
    }

    private void OpenAll(ConfigStore config)
    {
        int backlog = config.GetInt(StoreOptions.TcpBacklog);
        int port = config.GetInt(StoreOptions.Port);
        foreach (string word in port < 0 ? [] : config.Get(StoreOptions.Bind))
        {
            BindAddress bind = BindAddress.Parse(word);
            IPEndPoint wanted = new(bind.Address, port);
            if (TryOpen(bind.Address.AddressFamily, ProtocolType.Tcp, wanted, backlog, bind.MayBeMissing) is { LocalEndPoint: IPEndPoint opened })
                port = opened.Port;
        }

        string path = config.Get(StoreOptions.UnixSocket);
        if (path.Length > 0)
            OpenUnix(Path.GetFullPath(path), backlog, config.GetInt(StoreOptions.UnixSocketPermissions));
        if (_sockets.Count == 0)
            throw new ListenException("nothing to listen on: no address of 'bind' can be used and there is no 'unixsocket'");
        EndPoints = [.. _sockets.Select(socket => socket.LocalEndPoint!)];
    }

    private void OpenUnix(string path, int backlog, int permissions)
    {
        UnixSocketFile.MakeRoom(path);
        try
        {
            TryOpen(AddressFamily.Unix, ProtocolType.Unspecified, new UnixDomainSocketEndPoint(path), backlog, mayBeMissing: false);
            UnixSocketFile.SetPermissions(path, permissions);
        }
        catch (Exception bad) when (bad is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ListenException($"cannot listen on unix socket {path}: {bad.Message}", bad);
        }
    }

    private Socket? TryOpen(AddressFamily family, ProtocolType protocol, EndPoint endPoint, int backlog, bool mayBeMissing)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(family, SocketType.Stream, protocol);
            if (family == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(endPoint);
            socket.Listen(backlog);
            _sockets.Add(socket);
            return socket;
        }
        catch (SocketException failed)
        {
            socket?.Dispose();
            if (mayBeMissing && failed.SocketErrorCode != SocketError.AddressAlreadyInUse)
                return null;
            string kind = family == AddressFamily.Unix ? "unix socket " : "";
            throw new ListenException($"cannot listen on {kind}{endPoint}: {failed.Message}", failed);
        }
    }

    // Closing a Unix socket removes its file.
    private void CloseSockets() => _sockets.ForEach(socket => socket.Dispose());
}
