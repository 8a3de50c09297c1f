using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>A packed block that grows in a borrowed buffer until it becomes the value of a key. Dispose it.</summary>
internal sealed class PackedBuffer : IDisposable
{
    private const int BytesMin = 256;

    private byte[] _bytes = [];
    private int _length = PackedBlock.HeaderBytes;

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>The block.</summary>
    public ReadOnlySpan<byte> Block
    {
        get
        {
            Reserve(0);
            PackedBlock.SetCount(_bytes, Count);
            return _bytes.AsSpan(0, _length);
        }
    }

    /// <summary>Bytes of the block if it gets another value of this length.</summary>
    public int BytesWith(int valueLength) => _length + PackedBlock.EntryBytes(valueLength);

    /// <summary>Adds an entry at the end.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        Reserve(PackedBlock.EntryBytes(value.Length));
        _length = PackedBlock.Write(_bytes, _length, value);
        Count++;
    }

    /// <summary>Makes an absent key whose value is this block.</summary>
    public void Store(Database database, ReadOnlySpan<byte> key, ulong hash, ValueKind kind)
    {
        ReadOnlySpan<byte> block = Block;
        Slot slot = database.Create(key, hash, kind, ValueEncoding.Packed, block.Length);
        block.CopyTo(database.Table.Value(slot));
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length > 0 && bytes <= _bytes.Length - _length)
            return;
        byte[] grown = ArrayPool<byte>.Shared.Rent(Math.Max(BytesMin, Math.Max(_length + bytes, 2 * _length)));
        _bytes.AsSpan(0, Math.Min(_length, _bytes.Length)).CopyTo(grown);
        Dispose();
        _bytes = grown;
    }
}
