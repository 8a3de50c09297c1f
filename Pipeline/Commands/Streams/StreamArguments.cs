using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>Fields and values among the arguments of XADD, from one argument on.</summary>
internal readonly ref struct StreamArguments : IStreamFields
{
    private readonly ArgView _args;
    private readonly int _first;

    public StreamArguments(ArgView args, int first)
    {
        _args = args;
        _first = first;
    }

    /// <inheritdoc />
    public int Count => (_args.Count - _first) / 2;

    /// <summary>Bytes of all of them.</summary>
    public long Bytes
    {
        get
        {
            long bytes = 0;
            for (int i = _first; i < _args.Count; i++)
                bytes += _args[i].Length;
            return bytes;
        }
    }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Field(int index) => _args[_first + (2 * index)];

    /// <inheritdoc />
    public ReadOnlySpan<byte> Value(int index) => _args[_first + (2 * index) + 1];
}
