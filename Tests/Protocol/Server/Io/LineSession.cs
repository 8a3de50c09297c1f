using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Protocol.Server.Io;

/// <summary>
/// A session for tests of connections: lines in, lines out. "big N" answers N bytes, "wait N" comes back from another thread with N, "block" waits until
/// released, "hold" until the test lets it come back, "close" closes, "throw" is a bug, "keep" stops consuming, "tell X" is what <see cref="Told"/> is given, "halt" stops the
/// thread until <see cref="Gate"/> opens; every other line is echoed. A batch is at most <see cref="LinesPerBatchMax"/> lines.
/// </summary>
internal sealed class LineSession(ISessionOwner owner, SessionPeer peer) : ISession
{
    public const int LinesPerBatchMax = 7;

    private readonly ArrayBufferWriter<byte> _output = new();
    private volatile bool _released;
    private bool _away;
    private bool _keeps;
    private int _running;
    private readonly ConcurrentQueue<string> _pushes = new();

    public SessionPeer Peer { get; } = peer;

    public bool IsClosed { get; private set; }

    public int Batches { get; private set; }

    public int Sends { get; private set; }

    public int OutputBytes => _output.WrittenCount;

    public bool IsBlocked { get; private set; }

    public bool IsAway => _away;

    public Action<string>? Told { get; set; }

    public ManualResetEventSlim Gate { get; } = new();

    public bool IsHalted { get; private set; }

    public ReadOnlyMemory<byte> Output => _output.WrittenMemory;

    /// <summary>Whether it was told that the server stops.</summary>
    public bool IsReleased { get; private set; }

    public void Release()
    {
        IsReleased = true;
        if (IsBlocked)
            ComeBack();
    }

    /// <summary>The batch that is away comes back, from the calling thread.</summary>
    public void ComeBack()
    {
        _released = true;
        owner.Resume();
    }

    /// <summary>Sends a line that nobody asked for.</summary>
    public void Push(string line)
    {
        _pushes.Enqueue(line);
        owner.ResumeForPushes();
    }

    public void Kill() => owner.Kill("test");

    public SessionProgress Advance(InputBuffer input)
    {
        Assert.AreEqual(1, Interlocked.Increment(ref _running), "two threads are in one session");
        try
        {
            return AdvanceBatch(input);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void OutputSent()
    {
        Sends += _output.WrittenCount > 0 ? 1 : 0;
        _output.ResetWrittenCount();
    }

    public void Closed()
    {
        Assert.IsFalse(IsClosed, "closed twice");
        IsClosed = true;
    }

    private SessionProgress AdvanceBatch(InputBuffer input)
    {
        if (_away)
        {
            if (!_released)
                return SessionProgress.Waiting;
            _away = IsBlocked = _released = false;
            _output.Write("back\n"u8);
            return SessionProgress.Again;
        }

        Assert.IsFalse(IsClosed && !_away && _output.WrittenCount == 0, "advanced after its end");
        while (_pushes.TryDequeue(out string? push))
            _output.Write(Encoding.ASCII.GetBytes(push + "\n"));
        Batches++;
        for (int lines = 0; !_keeps; lines++)
        {
            int length = input.Data.AsSpan(input.Start, input.End - input.Start).IndexOf((byte)'\n');
            if (length < 0)
                return SessionProgress.NeedInput;
            if (lines == LinesPerBatchMax)
                return SessionProgress.Again;
            ReadOnlySpan<byte> line = input.Data.AsSpan(input.Start, length + 1);
            input.Start += line.Length;
            if (Run(line) is { } end)
                return end;
        }

        return SessionProgress.NeedInput;
    }

    private SessionProgress? Run(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("big "u8))
        {
            int count = int.Parse(line[4..^1], NumberStyles.None, CultureInfo.InvariantCulture);
            Span<byte> letters = _output.GetSpan(count);
            for (int i = 0; i < count; i++)
                letters[i] = (byte)('a' + (i % 26));
            _output.Advance(count);
            return null;
        }

        if (line.SequenceEqual("wait\n"u8))
        {
            _away = true;
            ThreadPool.UnsafeQueueUserWorkItem(static session => session.ComeBack(), this, preferLocal: false);
            return SessionProgress.Waiting;
        }

        if (line.SequenceEqual("hold\n"u8))
        {
            _away = true;
            return SessionProgress.Waiting;
        }

        if (line.SequenceEqual("block\n"u8))
        {
            _away = IsBlocked = true;
            return SessionProgress.Waiting;
        }

        if (line.StartsWith("tell "u8))
        {
            Told?.Invoke(Encoding.ASCII.GetString(line[5..^1]));
            return null;
        }

        if (line.SequenceEqual("halt\n"u8))
        {
            IsHalted = true;
            Assert.IsTrue(Gate.Wait(LineServer.Patience));
            return null;
        }

        if (line.SequenceEqual("throw\n"u8))
            throw new InvalidOperationException("a bug, on purpose");
        _keeps = line.SequenceEqual("keep\n"u8);
        _output.Write(line);
        return line.SequenceEqual("close\n"u8) ? SessionProgress.Close : null;
    }
}
