using System.Buffers;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Writes listpacks (<see cref="Listpack"/> tells the form) byte for byte as Redis 7 does, one after the other in one borrowed buffer. Dispose it.</summary>
internal sealed class ListpackWriter : IDisposable
{
    private byte[] _pack = ArrayPool<byte>.Shared.Rent(1024);
    private int _length = Listpack.HeaderBytes;
    private int _count;

    /// <summary>Adds an element; a decimal integer is written as one.</summary>
    public void Add(ReadOnlySpan<byte> element)
    {
        Reserve(Listpack.TextBytesMax(element.Length) + 1);
        _length = Listpack.Write(_pack, _length, element);
        _count++;
    }

    /// <summary>The listpack; good until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _pack[_length] = Listpack.End;
        Listpack.WriteHeader(_pack, _length + 1, _count);
        return _pack.AsSpan(0, _length + 1);
    }

    /// <summary>Begins another listpack.</summary>
    public void Clear()
    {
        _length = Listpack.HeaderBytes;
        _count = 0;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_pack.Length > 0)
            ArrayPool<byte>.Shared.Return(_pack);
        _pack = [];
    }

    private void Reserve(int bytes)
    {
        if (bytes <= _pack.Length - _length)
            return;
        byte[] grown = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, _length * 2));
        _pack.AsSpan(0, _length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_pack);
        _pack = grown;
    }
}
