using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Attributes;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;
using MessagePack;

namespace DragonflyFlow.Perf.Micro;

/// <summary>A change as it travels, SET of 16 and 32 bytes: 64 of them in one buffer, time for one; beside MessagePack's own writer and reader, with the same bytes.</summary>
public class FrameBenchmarks : IDisposable
{
    private const int Frames = 64;

    private static readonly ChangeHeader Header = new() { Shards = 1, Slot = 4711 };

    private readonly byte[] _data = Encoding.ASCII.GetBytes("SETkey:000000000042" + new string('x', 32));
    private readonly ArgRange[] _words = [new() { Offset = 0, Length = 3 }, new() { Offset = 3, Length = 16 }, new() { Offset = 19, Length = 32 }];
    private readonly FrameBuffer _written = new();
    private readonly ArgList _args = new();
    private byte[] _frames = [];

    [GlobalSetup]
    public void Fill()
    {
        WriteByLibrary();
        byte[] byLibrary = _written.Written.ToArray();
        Write();
        _frames = _written.Written.ToArray();
        if (!_frames.AsSpan().SequenceEqual(byLibrary))
            throw new InvalidOperationException("The two do not write the same.");
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Write()
    {
        _written.Clear();
        for (int i = 0; i < Frames; i++)
            ChangeFrame.Write(_written, Header, _data, _words);
        return _written.Length;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int WriteByLibrary()
    {
        _written.Clear();
        for (int i = 0; i < Frames; i++)
            WriteOneByLibrary();
        return _written.Length;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Read()
    {
        _args.Clear();
        int start = 0;
        while (ChangeFrame.TryRead(_frames, start, _frames.Length, _args, out _, out int next))
            start = next;
        return _args.Count;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int ReadByLibrary()
    {
        _args.Clear();
        int start = 0;
        while (start < _frames.Length)
            start += ReadOneByLibrary(start);
        return _args.Count;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _written.Dispose();
        GC.SuppressFinalize(this);
    }

    private void WriteOneByLibrary()
    {
        int start = _written.Length;
        _written.Write("\0\0\0\0"u8);
        MessagePackWriter writer = new(_written);
        writer.WriteArrayHeader(6 + _words.Length);
        writer.Write(Header.Lsn);
        writer.Write(Header.Transaction);
        writer.Write(Header.Shards);
        writer.Write(Header.Left);
        writer.Write(Header.Database);
        writer.Write(Header.Slot);
        foreach (ArgRange word in _words)
            writer.Write(_data.AsSpan(word.Offset, word.Length));
        writer.Flush();
        BinaryPrimitives.WriteInt32BigEndian(MemoryMarshal.AsMemory(_written.WrittenMemory).Span[start..], _written.Length - start - 4);
    }

    private int ReadOneByLibrary(int start)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(_frames.AsSpan(start));
        MessagePackReader reader = new(new ReadOnlyMemory<byte>(_frames, start + 4, length));
        int items = reader.ReadArrayHeader();
        for (int i = 0; i < 6; i++)
            _ = reader.ReadInt64();
        for (int i = 6; i < items; i++)
        {
            long bytes = reader.ReadBytes()!.Value.Length;
            _args.Add(start + 4 + (int)(reader.Consumed - bytes), (int)bytes);
        }

        return 4 + length;
    }
}
