using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>The arguments of one command, in the receive buffer: [0] is the command's name. Valid while its batch is in flight.</summary>
public readonly ref struct ArgView
{
    private readonly byte[] _data;
    private readonly ReadOnlySpan<ArgRange> _ranges;

    /// <summary>A view of <paramref name="ranges"/> into <paramref name="data"/>.</summary>
    public ArgView(byte[] data, ReadOnlySpan<ArgRange> ranges)
    {
        _data = data;
        _ranges = ranges;
    }

    /// <summary>Arguments, the name included.</summary>
    public int Count => _ranges.Length;

    /// <summary>One argument.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ref readonly ArgRange range = ref _ranges[index];
            return new ReadOnlySpan<byte>(_data, range.Offset, range.Length);
        }
    }

    /// <summary>The arguments from <paramref name="start"/> on.</summary>
    public ArgView From(int start) => new(_data, _ranges[start..]);

    /// <summary>Whether an argument is this word; <paramref name="upper"/> is in upper case, the argument in any.</summary>
    public bool Is(int index, string upper) => Words.Equal(this[index], upper);
}
