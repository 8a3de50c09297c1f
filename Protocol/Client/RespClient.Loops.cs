using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Protocol.Client;

// The two loops that live as long as the connection; the rule stands in RespClient.cs.
public sealed partial class RespClient
{
    private async Task WriteLoopAsync()
    {
        ReplyBuffer sending = new();
        TaskCompletionSource sent = NewSignal();
        try
        {
            while (await _work.Reader.WaitToReadAsync())
            {
                _work.Reader.TryRead(out _);
                lock (_gate)
                {
                    (sending, _filling) = (_filling, sending);
                    (sent, _filled) = (_filled, NewSignal());
                }

                if (sending.Length > 0)
                    await _stream.WriteAsync(sending.WrittenMemory);
                sending.Clear();
                sent.TrySetResult();
            }
        }
        catch (Exception e)
        {
            // Whatever it was: it is the end, and those who wait are told.
            End(e);
            Fail(sent, e);
        }

        sending.Release();
    }

    private async Task ReceiveLoopAsync()
    {
        InputBuffer input = new();
        RespFrameScanner scanner = new(_limits);
        try
        {
            while (true)
            {
                int count = await _stream.ReadAsync(input.GetReceiveSpace());
                if (count == 0)
                    throw new EndOfStreamException("The server closed the connection.");

                input.End += count;
                while (TryTake(input, ref scanner, _limits, out RespValue? value))
                    await DispatchAsync(value!);
            }
        }
        catch (Exception e)
        {
            End(e);
        }

        input.Release();
    }

    private static bool TryTake(InputBuffer input, ref RespFrameScanner scanner, RespLimits limits, out RespValue? value)
    {
        value = null;
        if (!scanner.TryScan(input.Data.AsSpan(input.Start, input.End - input.Start), out int length))
            return false;

        RespValue.TryRead(input.Data.AsSpan(input.Start, length), out value, out _, limits);
        input.Start += length;
        return true;
    }

    private ValueTask DispatchAsync(RespValue value)
    {
        if (value.Kind == RespKind.Push)
            return _pushes.Writer.WriteAsync(value);

        TaskCompletionSource<RespValue>? waiting;
        lock (_gate)
            _awaiting.TryDequeue(out waiting);
        if (waiting is null)
            return _received.Writer.WriteAsync(value);

        waiting.TrySetResult(value);
        return ValueTask.CompletedTask;
    }
}
