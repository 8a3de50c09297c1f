// Concurrency rule of this file: any thread may call the public members. _gate guards what waits to be written (_filling, _filled) and who waits for replies
// (_awaiting), in the same order; nothing waits or calls out while holding it. Two tasks live as long as the connection: the write loop, which alone
// writes to the stream, so that one write is in flight at a time, and the receive loop, which alone reads. DisposeAsync ends and awaits both.

using System.Net;
using System.Threading.Channels;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Client;

/// <summary>
/// A small RESP client: commands are pipelined in the order of the calls; errors come back as values; pushes and replies to raw bytes go to queues. Not for a
/// server's data path.
/// </summary>
/// <remarks>
/// In RESP3 the confirmations of SUBSCRIBE and its kin are pushes and no replies: send those with <see cref="SendAsync"/> and read <see cref="Pushes"/>.
/// </remarks>
public sealed partial class RespClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly RespLimits _limits;
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<RespValue> _received;
    private readonly Channel<RespValue> _pushes;
    private readonly Task _writing;
    private readonly Task _receiving;

    // A null stands for a reply that goes to _received.
    private readonly Queue<TaskCompletionSource<RespValue>?> _awaiting = new();
    private ReplyBuffer _filling = new();
    private TaskCompletionSource _filled = NewSignal();
    private Exception? _end;

    private RespClient(Stream stream, RespClientOptions options)
    {
        _stream = stream;
        _limits = options.Limits;
        _received = Channel.CreateBounded<RespValue>(options.WaitingMax);
        _pushes = Channel.CreateBounded<RespValue>(options.WaitingMax);
        _writing = WriteLoopAsync();
        _receiving = ReceiveLoopAsync();
    }

    /// <summary>RESP3's pushes. Completes with the connection.</summary>
    public ChannelReader<RespValue> Pushes => _pushes.Reader;

    /// <summary>Connects, speaks TLS if told to, and introduces the client (HELLO, AUTH, CLIENT SETNAME).</summary>
    /// <param name="endPoint">An IP or DNS end point, or a <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>.</param>
    /// <param name="options">How; none means RESP2 without a password.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="RespErrorException">The server refused the introduction.</exception>
    public static async Task<RespClient> ConnectAsync(EndPoint endPoint, RespClientOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new RespClientOptions();
        Stream stream = await RespTransport.ConnectAsync(endPoint, options.Tls, cancel);
        RespClient client = new(stream, options);
        try
        {
            foreach (string[] command in Introduction(options))
            {
                RespValue reply = await client.ExecuteAsync(command, cancel);
                if (reply.IsError)
                    throw new RespErrorException(reply.Text);
            }

            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of text arguments (sent as UTF-8) and returns its reply, an error too.</summary>
    /// <exception cref="IOException">The connection ended before the reply came.</exception>
    public Task<RespValue> ExecuteAsync(params string[] arguments) => ExecuteAsync(arguments, CancellationToken.None);

    /// <summary>As <see cref="ExecuteAsync(string[])"/>. A cancelled call stops waiting; its command may run nevertheless.</summary>
    public Task<RespValue> ExecuteAsync(string[] arguments, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfZero(arguments.Length);
        return SubmitAsync(
            arguments,
            static (request, arguments) =>
            {
                request.Array(arguments.Length);
                foreach (string argument in arguments)
                    request.Bulk(argument);
            },
            cancel);
    }

    /// <summary>As <see cref="ExecuteAsync(string[])"/>, with arguments of any bytes.</summary>
    public Task<RespValue> ExecuteAsync(IReadOnlyList<ReadOnlyMemory<byte>> arguments, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(arguments.Count);
        return SubmitAsync(
            arguments,
            static (request, arguments) =>
            {
                request.Array(arguments.Count);
                foreach (ReadOnlyMemory<byte> argument in arguments)
                    request.Bulk(argument.Span);
            },
            cancel);
    }

    /// <summary>
    /// Sends bytes as they are; completes when the socket has taken them. Their replies are read with <see cref="ReceiveAsync"/>:
    /// <paramref name="replies"/> says how many there will be, which matters only while commands of ExecuteAsync are under way too.
    /// </summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes, int replies = 0, CancellationToken cancel = default)
    {
        Task sent;
        lock (_gate)
        {
            ThrowIfEnded();
            _filling.Raw(bytes.Span);
            for (int i = 0; i < replies; i++)
                _awaiting.Enqueue(null);
            sent = _filled.Task;
        }

        _work.Writer.TryWrite(true);
        return sent.WaitAsync(cancel);
    }

    /// <summary>The next reply that no ExecuteAsync waits for: to raw bytes, or a message of RESP2's publish and subscribe.</summary>
    /// <exception cref="ChannelClosedException">The connection has ended; the cause is inside.</exception>
    public ValueTask<RespValue> ReceiveAsync(CancellationToken cancel = default) => _received.Reader.ReadAsync(cancel);

    /// <summary>Closes the connection. Calls that wait for replies end with an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new ObjectDisposedException(nameof(RespClient)));
        await _writing;
        await _receiving;
        await _stream.DisposeAsync();
    }

    private static IEnumerable<string[]> Introduction(RespClientOptions options)
    {
        string[] auth = options.Password is null ? [] : ["AUTH", options.User ?? "default", options.Password];
        string[] name = options.ClientName is null ? [] : ["SETNAME", options.ClientName];
        if (options.Protocol == 3)
        {
            yield return ["HELLO", "3", .. auth, .. name];
            yield break;
        }

        // A server from before the times of users knows one argument only.
        if (auth.Length > 0)
            yield return options.User is null ? ["AUTH", auth[2]] : auth;
        if (name.Length > 0)
            yield return ["CLIENT", .. name];
    }

    private Task<RespValue> SubmitAsync<T>(T arguments, Action<ReplyBuffer, T> write, CancellationToken cancel)
    {
        TaskCompletionSource<RespValue> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ThrowIfEnded();
            write(_filling, arguments);
            _awaiting.Enqueue(reply);
        }

        _work.Writer.TryWrite(true);
        return reply.Task.WaitAsync(cancel);
    }

    // The first end is the cause; the other loop's comes from it.
    private void End(Exception cause)
    {
        TaskCompletionSource<RespValue>?[] waiting;
        lock (_gate)
        {
            if (_end is not null)
                return;

            _end = cause;
            waiting = [.. _awaiting];
            _awaiting.Clear();
        }

        _stream.Close();
        _work.Writer.Complete();
        _received.Writer.TryComplete(cause);
        _pushes.Writer.TryComplete(cause);
        Fail(_filled, cause);
        foreach (TaskCompletionSource<RespValue>? reply in waiting)
        {
            // Reading the exception marks it as seen: who cancelled its call does not look any more.
            if (reply?.TrySetException(cause) == true)
                _ = reply.Task.Exception;
        }
    }

    private static void Fail(TaskCompletionSource signal, Exception cause)
    {
        if (signal.TrySetException(cause))
            _ = signal.Task.Exception;
    }

    private void ThrowIfEnded()
    {
        ObjectDisposedException.ThrowIf(_end is ObjectDisposedException, this);
        if (_end is not null)
            throw new IOException($"The connection has ended: {_end.Message}", _end);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
