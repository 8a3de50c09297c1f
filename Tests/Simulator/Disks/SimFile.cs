using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Disks;

/// <summary>The bytes of a file, under whatever names it has: how many were written, and how many of them are on the disk and not in the system's memory only.</summary>
internal sealed class SimFile
{
    private const int SectorBytes = 512;

    private byte[] _bytes = [];
    private int _flushed;

    public int Length { get; private set; }

    /// <summary>When it was changed last, in Unix milliseconds.</summary>
    public long ModifiedMs { get; set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < Length + bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Flush() => _flushed = Length;

    /// <summary>The power goes: what was not flushed may be there, cut off, torn or missing.</summary>
    public void LosePower(SimRandom random)
    {
        int tail = Length - _flushed;
        if (tail > 0)
        {
            switch (random.Below(4))
            {
                case 0:
                    Length = _flushed;
                    break;
                case 1:
                    Length = _flushed + random.Below(tail);
                    break;
                case 2:
                    Tear(random);
                    break;
            }
        }

        Flush();
    }

    // The length was written, and of the sectors some.
    private void Tear(SimRandom random)
    {
        Span<byte> all = _bytes.AsSpan(0, Length);
        for (int at = _flushed; at < all.Length; at += SectorBytes)
        {
            if (random.Chance(0.5))
                all.Slice(at, Math.Min(SectorBytes, all.Length - at)).Clear();
        }
    }
}
