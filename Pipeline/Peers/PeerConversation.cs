// Owner: whoever asks; one question at a time. A question that is not answered in time cuts the link, so that its late answer is never taken for another's, and
// what was under way has ended before the caller goes on (fault F02).

using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Peers;

/// <summary>Commands to another node over a link, each with its reply, each within a time.</summary>
public sealed class PeerConversation(IPeerLink link, TimeProvider time)
{
    private const int FirstBytes = 1024;

    private byte[] _input = new byte[FirstBytes];
    private int _received;

    /// <summary>Sends a command and returns its reply, which may be an error.</summary>
    /// <exception cref="IOException">The link is broken, or the other side has ended.</exception>
    /// <exception cref="TimeoutException">No reply came in time; the link is cut.</exception>
    public async Task<RespValue> AskAsync(string[] words, TimeSpan deadline)
    {
        ArgumentNullException.ThrowIfNull(words);
        try
        {
            return await Deadlines.WithinAsync(AskAsync(words), deadline, time, link.Abort);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no answer to {words[0]} {(words.Length > 1 ? words[1] : "")} within {deadline.TotalMilliseconds} ms");
        }
        catch (RespProtocolException wrong)
        {
            throw new IOException($"the answer to {words[0]} cannot be read: {wrong.Message}", wrong);
        }
    }

    private async Task<RespValue> AskAsync(string[] words)
    {
        ReplyBuffer request = new();
        request.Array(words.Length);
        foreach (string word in words)
            request.Bulk(word);
        await link.WriteAsync(request.WrittenMemory);
        RespFrameScanner scanner = new(RespLimits.Default);
        int length;
        while (!scanner.TryScan(_input.AsSpan(0, _received), out length))
            await ReceiveAsync();
        RespValue reply = RespValue.Parse(_input.AsSpan(0, length));
        _received -= length;
        _input.AsSpan(length, _received).CopyTo(_input);
        return reply;
    }

    private async Task ReceiveAsync()
    {
        if (_received == _input.Length)
            Array.Resize(ref _input, _input.Length * 2);
        int count = await link.ReadAsync(_input.AsMemory(_received));
        if (count == 0)
            throw new IOException("the other side has closed the connection");
        _received += count;
    }
}
