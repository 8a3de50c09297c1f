// Owner: the shard whose streamer uses it.

using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>The words of one command that is being put together; used again for the next.</summary>
internal sealed class CommandWords
{
    private const int KeptBytesMax = 1 << 20;

    private readonly ArgList _ranges = new();
    private byte[] _bytes = new byte[256];

    /// <summary>Bytes of all words.</summary>
    public int Length { get; private set; }

    /// <summary>Begins a command.</summary>
    public CommandWords Begin(ReadOnlySpan<byte> command)
    {
        _ranges.Clear();
        Length = 0;
        if (_bytes.Length > KeptBytesMax)
            _bytes = new byte[256];
        return Add(command);
    }

    /// <summary>Adds a word.</summary>
    public CommandWords Add(ReadOnlySpan<byte> word)
    {
        if (_bytes.Length - Length < word.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(2L * _bytes.Length, (long)Length + word.Length), Array.MaxLength));
        word.CopyTo(_bytes.AsSpan(Length));
        _ranges.Add(Length, word.Length);
        Length += word.Length;
        return this;
    }

    /// <summary>Adds a number.</summary>
    public CommandWords Add(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out int length, provider: System.Globalization.CultureInfo.InvariantCulture);
        return Add(digits[..length]);
    }

    /// <summary>Writes the command as a frame.</summary>
    public void WriteTo(FrameBuffer frames, int slot)
        => ChangeFrame.Write(frames, new ChangeHeader { Shards = 1, Slot = slot }, _bytes, _ranges.Items.AsSpan(0, _ranges.Count));
}
