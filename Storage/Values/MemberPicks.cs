using System.Buffers;
using System.Numerics;

namespace DragonflyFlow.Storage.Values;

/// <summary>The records that random picks of one command have met already: a table with open places in a borrowed array.</summary>
internal readonly ref struct MemberPicks
{
    private const uint Multiplier = 0x9E3779B9;

    private readonly uint[] _places;
    private readonly int _mask;

    /// <summary>Room for <paramref name="count"/> picks, half full at the end.</summary>
    public MemberPicks(int count)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)count) * 2;
        _places = ArrayPool<uint>.Shared.Rent(size);
        _places.AsSpan(0, size).Clear();
        _mask = size - 1;
    }

    /// <summary>Notes a record by its handle, which is never 0; false if it was met before.</summary>
    public bool Add(uint record)
    {
        int at = (int)((record * Multiplier) >> 7) & _mask;
        for (; _places[at] != 0; at = (at + 1) & _mask)
        {
            if (_places[at] == record)
                return false;
        }

        _places[at] = record;
        return true;
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose() => ArrayPool<uint>.Shared.Return(_places);
}
