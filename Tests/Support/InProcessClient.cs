using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// A client without a socket: requests go through the session, the router and the shards as those of a connection do; replies come back as bytes.
/// Text is Latin-1 both ways, so that a string can carry any byte. Used by one thread at a time; several clients may share one engine.
/// </summary>
internal sealed class InProcessClient : ISessionOwner, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly bool _ownsEngine;
    private readonly InputBuffer _input = new();
    private readonly SemaphoreSlim _turn = new(0);

    /// <summary>A client of a new, empty store whose memory is checked at every access.</summary>
    internal InProcessClient(int shards = 1, TimeProvider? time = null)
        : this(new StoreEngine(new StoreEngineOptions { Shards = shards, Checked = true, Config = Policies.Config() }, time ?? TimeProvider.System)) => _ownsEngine = true;

    /// <summary>A client of a store that others use too.</summary>
    internal InProcessClient(StoreEngine engine)
    {
        Engine = engine;
        Session = engine.Open(this, new SessionPeer("127.0.0.1:50000", "127.0.0.1:6379"));
    }

    internal StoreEngine Engine { get; }

    internal Session Session { get; }

    /// <summary>Why the connection would have been closed; null while it is open.</summary>
    internal string? ClosedBecause { get; private set; }

    /// <summary>Runs one command and returns its reply as it would stand on the wire.</summary>
    internal string Execute(params string[] args) => Pipeline(args);

    /// <summary>Runs one command given as words with spaces between; '' is the empty word.</summary>
    internal string Line(string words) => Execute([.. words.Split(' ').Select(word => word == "''" ? "" : word)]);

    /// <summary>Runs one command and returns its reply taken apart.</summary>
    internal RespValue Ask(params string[] args) => RespValue.Parse(Encoding.Latin1.GetBytes(Execute(args)));

    /// <summary>As <see cref="Execute(string[])"/>, with bytes.</summary>
    internal byte[] Execute(params byte[][] args) => Send(Request(args));

    /// <summary>Sends several commands as one read and returns their replies, one behind the other.</summary>
    internal string Pipeline(params string[][] commands)
    {
        using MemoryStream request = new();
        foreach (string[] args in commands)
            request.Write(Request(Array.ConvertAll(args, Encoding.Latin1.GetBytes)));
        return Encoding.Latin1.GetString(Send(request.ToArray()));
    }

    /// <summary>Sends bytes as one read and returns all that is answered.</summary>
    internal byte[] Send(ReadOnlySpan<byte> request)
    {
        Feed(request);
        using MemoryStream replies = new();
        while (Step(replies))
        {
        }

        return replies.ToArray();
    }

    /// <summary>Sends one command that may have to wait; null while it waits.</summary>
    internal string? Begin(params string[] args)
    {
        Feed(Request(Array.ConvertAll(args, Encoding.Latin1.GetBytes)));
        return Poll();
    }

    /// <summary>What has been answered since; null while the command waits.</summary>
    internal string? Poll()
    {
        using MemoryStream replies = new();
        while (true)
        {
            SessionProgress progress = Session.Advance(_input);
            if (progress == SessionProgress.Waiting)
                return null;
            replies.Write(Session.Output.Span);
            Session.OutputSent();
            if (progress == SessionProgress.Close)
                ClosedBecause ??= "closed by the session";
            if (progress != SessionProgress.Again)
                return Encoding.Latin1.GetString(replies.ToArray());
        }
    }

    /// <summary>Puts bytes into the input without serving them.</summary>
    internal void Feed(ReadOnlySpan<byte> request)
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

    /// <summary>Sends the same bytes as so many reads and throws the replies away, without allocating anything itself.</summary>
    internal void SendQuietly(ReadOnlySpan<byte> request, int times)
    {
        for (int i = 0; i < times; i++)
        {
            request.CopyTo(_input.GetReceiveSpace().Span);
            _input.End += request.Length;
            SessionProgress progress;
            do
            {
                progress = Session.Advance(_input);
                if (progress == SessionProgress.Waiting)
                    _turn.Wait();
                else
                    Session.OutputSent();
            }
            while (progress != SessionProgress.NeedInput);
        }
    }

    /// <summary>What has been pushed to this client since it was last served (pub/sub messages, invalidations); empty if nothing.</summary>
    internal string Receive() => Encoding.Latin1.GetString(Send([]));

    public void Resume() => _turn.Release();

    public void Kill(string reason) => ClosedBecause ??= reason;

    /// <summary>Closes the session; the first client of a store ends the store too.</summary>
    public void Dispose()
    {
        Session.Closed();
        _input.Release();
        if (_ownsEngine)
        {
            foreach (ShardBlock shard in Engine.Shards)
                shard.Complete();
            Engine.Dispose();
        }

        _turn.Dispose();
    }

    /// <summary>A command as clients send it.</summary>
    internal static byte[] Request(byte[][] args)
    {
        using MemoryStream request = new();
        request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{args.Length}\r\n")));
        foreach (byte[] arg in args)
        {
            request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${arg.Length}\r\n")));
            request.Write(arg);
            request.Write("\r\n"u8);
        }

        return request.ToArray();
    }

    // One turn of the connection; false when all that was sent is answered.
    private bool Step(MemoryStream replies)
    {
        SessionProgress progress = Session.Advance(_input);
        if (progress == SessionProgress.Waiting)
        {
            Assert.IsTrue(_turn.Wait(Patience), "the batch did not come back");
            return true;
        }

        replies.Write(Session.Output.Span);
        Session.OutputSent();
        if (progress == SessionProgress.Close)
            ClosedBecause ??= "closed by the session";
        return progress == SessionProgress.Again;
    }
}
