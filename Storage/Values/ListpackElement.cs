namespace DragonflyFlow.Storage.Values;

/// <summary>An element of a listpack: a text where it lies, or a number that stands for its decimal form.</summary>
public readonly ref struct ListpackElement
{
    private readonly ReadOnlySpan<byte> _text;

    internal ListpackElement(long number)
    {
        Number = number;
        IsNumber = true;
    }

    internal ListpackElement(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber { get; }

    /// <summary>The number.</summary>
    public long Number { get; }

    /// <summary>The element as text; a number is written into <paramref name="scratch"/> (at least 20 bytes).</summary>
    public ReadOnlySpan<byte> Text(Span<byte> scratch) => IsNumber ? IntegerText.Write(Number, scratch) : _text;
}
