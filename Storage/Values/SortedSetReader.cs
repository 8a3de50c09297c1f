using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Values;

/// <summary>Reads members and scores one by one, upwards or downwards. Void as soon as the sorted set changes; allocates nothing.</summary>
public ref struct SortedSetReader
{
    private readonly ReadOnlySpan<byte> _block;
    private readonly ScoreTree? _order;
    private readonly bool _backward;
    private uint _leaf;
    private int _at;

    /// <summary>Reads a packed block from a rank on.</summary>
    internal SortedSetReader(ReadOnlySpan<byte> block, int rank, bool backward)
    {
        _block = block;
        _backward = backward;
        _at = PackedSortedSet.PositionOf(block, backward ? rank + 1 : rank);
    }

    /// <summary>Reads a tree from an entry of a leaf on.</summary>
    internal SortedSetReader(ScoreTree order, uint leaf, int index, bool backward)
    {
        _order = order;
        _leaf = leaf;
        _at = index;
        _backward = backward;
    }

    /// <summary>The member that <see cref="MoveNext"/> came to.</summary>
    public ReadOnlySpan<byte> Member { get; private set; }

    /// <summary>Its score.</summary>
    public double Score { get; private set; }

    /// <summary>Goes to the next member; the first call goes to the one it was made for.</summary>
    public bool MoveNext() => _order is not null ? MoveInTree(_order) : _backward ? MoveDown() : MoveUp();

    private bool MoveUp()
    {
        if (_at == _block.Length)
            return false;
        Member = PackedBlock.Read(_block, _at);
        int scoreAt = PackedBlock.Next(_block, _at);
        Score = MemoryMarshal.Read<double>(PackedBlock.Read(_block, scoreAt));
        _at = PackedBlock.Next(_block, scoreAt);
        return true;
    }

    private bool MoveDown()
    {
        if (_at == PackedBlock.HeaderBytes)
            return false;
        int scoreAt = PackedBlock.Previous(_block, _at);
        Score = MemoryMarshal.Read<double>(PackedBlock.Read(_block, scoreAt));
        _at = PackedBlock.Previous(_block, scoreAt);
        Member = PackedBlock.Read(_block, _at);
        return true;
    }

    private bool MoveInTree(ScoreTree order)
    {
        if (_leaf == 0)
            return false;
        ref ScoreNode leaf = ref order.Node(_leaf);
        Member = order.MemberOf(leaf.Handles[_at]);
        Score = leaf.Scores[_at];
        if (_backward)
        {
            if (--_at < 0)
            {
                _leaf = leaf.Previous;
                _at = _leaf == 0 ? 0 : order.Node(_leaf).Count - 1;
            }
        }
        else if (++_at == leaf.Count)
        {
            _leaf = leaf.Next;
            _at = 0;
        }

        return true;
    }
}
