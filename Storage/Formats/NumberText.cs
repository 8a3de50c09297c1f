using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>The decimal forms of the last two integers that a walk came to.</summary>
internal struct NumberText
{
    private readonly byte[] _bytes;
    private int _at;

    public NumberText() => _bytes = new byte[2 * IntegerText.BytesMax];

    /// <summary>The decimal form of an integer; good until the second one after it.</summary>
    public ReadOnlySpan<byte> Of(long value)
    {
        _at = IntegerText.BytesMax - _at;
        return IntegerText.Write(value, _bytes.AsSpan(_at, IntegerText.BytesMax));
    }
}
