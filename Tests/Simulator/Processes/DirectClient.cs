using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>A client without a connection, inside the process: for the image that is taken at the end.</summary>
internal sealed class DirectClient : ISessionOwner, IDisposable
{
    private readonly Session _session;
    private readonly InputBuffer _input = new();
    private TaskCompletionSource _resumed = new();

    public DirectClient(StoreEngine engine) => _session = engine.Open(this, new SessionPeer("image:0", "image:0"));

    /// <summary>Runs one command.</summary>
    public async Task<RespValue> CallAsync(params string[] args)
    {
        Feed(Request(args));
        using MemoryStream reply = new();
        SessionProgress progress;
        do
        {
            progress = _session.Advance(_input);
            if (progress == SessionProgress.Waiting)
            {
                await _resumed.Task;
                _resumed = new TaskCompletionSource();
                continue;
            }

            reply.Write(_session.Output.Span);
            _session.OutputSent();
        }
        while (progress is SessionProgress.Waiting or SessionProgress.Again);
        return RespValue.Parse(reply.ToArray());
    }

    public void Resume() => _resumed.TrySetResult();

    public void Kill(string reason) => Resume();

    public void Dispose()
    {
        _session.Closed();
        _input.Release();
    }

    /// <summary>A command as clients send it.</summary>
    public static byte[] Request(params string[] args)
    {
        StringBuilder request = new();
        request.Append(CultureInfo.InvariantCulture, $"*{args.Length}\r\n");
        foreach (string arg in args)
            request.Append(CultureInfo.InvariantCulture, $"${arg.Length}\r\n{arg}\r\n");
        return Encoding.Latin1.GetBytes(request.ToString());
    }

    private void Feed(ReadOnlySpan<byte> request)
    {
        while (!request.IsEmpty)
        {
            Span<byte> space = _input.GetReceiveSpace().Span;
            int count = Math.Min(space.Length, request.Length);
            request[..count].CopyTo(space);
            _input.End += count;
            request = request[count..];
        }
    }
}
