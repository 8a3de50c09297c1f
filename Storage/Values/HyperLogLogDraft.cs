using System.Buffers;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A HyperLogLog being changed. A dense one is changed where it is; a sparse one, whose length changes with every register, in a copy that becomes dense when
/// it has to. When the draft is done and not <see cref="IsInPlace"/>, the caller stores <see cref="Content"/>. Dispose gives the copy back.
/// </summary>
public ref struct HyperLogLogDraft
{
    private byte[]? _copy;
    private Span<byte> _bytes;
    private int _length;

    private HyperLogLogDraft(byte[]? copy, Span<byte> bytes, int length)
    {
        _copy = copy;
        _bytes = bytes;
        _length = length;
    }

    /// <summary>Whether the value itself was changed.</summary>
    public readonly bool IsInPlace => _copy is null;

    /// <summary>The value as it is now.</summary>
    public readonly ReadOnlySpan<byte> Content => _bytes[.._length];

    /// <summary>A draft of a valid value.</summary>
    public static HyperLogLogDraft Of(Span<byte> value)
    {
        if (HyperLogLogBytes.IsDense(value))
            return new HyperLogLogDraft(null, value, value.Length);
        byte[] copy = Rent(value.Length);
        value.CopyTo(copy);
        return new HyperLogLogDraft(copy, copy, value.Length);
    }

    /// <summary>A draft of an empty one.</summary>
    public static HyperLogLogDraft Empty()
    {
        byte[] copy = Rent(0);
        return new HyperLogLogDraft(copy, copy, HyperLogLogBytes.WriteEmpty(copy));
    }

    /// <summary>
    /// Raises a register, and becomes dense if a sparse value would get longer than <paramref name="sparseBytesMax"/>; false if the registers are damaged.
    /// </summary>
    public bool TryRaise(int index, int rank, long sparseBytesMax, ref bool changed)
    {
        if (!HyperLogLogBytes.IsDense(_bytes))
        {
            int length = _length - HyperLogLogBytes.HeaderBytes;
            Reserve(_length + HyperLogLogSparse.GrowthMax);
            int lengthMax = (int)Math.Min(sparseBytesMax, int.MaxValue) - HyperLogLogBytes.HeaderBytes;
            SparseRaise raised = HyperLogLogSparse.Raise(_bytes[HyperLogLogBytes.HeaderBytes..], ref length, index, rank, lengthMax);
            _length = length + HyperLogLogBytes.HeaderBytes;
            changed |= raised == SparseRaise.Raised;
            if (raised != SparseRaise.NeedsDense)
                return raised != SparseRaise.Damaged;
            if (!TryMakeDense())
                return false;
        }

        changed |= HyperLogLogDense.Raise(_bytes[HyperLogLogBytes.HeaderBytes..], index, rank);
        return true;
    }

    /// <summary>Gives a sparse value the dense form; false if its registers are damaged.</summary>
    public bool TryMakeDense()
    {
        if (HyperLogLogBytes.IsDense(_bytes))
            return true;
        byte[] dense = Rent(HyperLogLogBytes.DenseBytes);
        bool whole = HyperLogLogBytes.TryWriteDense(Content, dense.AsSpan(0, HyperLogLogBytes.DenseBytes));
        if (whole)
            Replace(dense, HyperLogLogBytes.DenseBytes);
        else
            ArrayPool<byte>.Shared.Return(dense);
        return whole;
    }

    /// <summary>Marks the cached cardinality as out of date.</summary>
    public readonly void Invalidate() => HyperLogLogBytes.Invalidate(_bytes);

    /// <summary>Gives the copy back.</summary>
    public void Dispose()
    {
        if (_copy is not null)
            ArrayPool<byte>.Shared.Return(_copy);
        _copy = null;
        _bytes = default;
    }

    private static byte[] Rent(int bytes) => ArrayPool<byte>.Shared.Rent(Math.Max(bytes + HyperLogLogSparse.GrowthMax, 1024));

    private void Reserve(int bytes)
    {
        if (bytes <= _bytes.Length)
            return;
        byte[] bigger = Rent(bytes * 2);
        Content.CopyTo(bigger);
        Replace(bigger, _length);
    }

    private void Replace(byte[] copy, int length)
    {
        if (_copy is not null)
            ArrayPool<byte>.Shared.Return(_copy);
        _copy = copy;
        _bytes = copy;
        _length = length;
    }
}
