using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>The sets of the keys of one command, in a borrowed array.</summary>
internal readonly ref struct SetOperands
{
    private readonly SetOperand[] _sets;
    private readonly int _count;

    private SetOperands(SetOperand[] sets, int count)
    {
        _sets = sets;
        _count = count;
    }

    /// <summary>The sets, in the order of the keys until algebra has sorted them.</summary>
    public Span<SetOperand> Span => _sets.AsSpan(0, _count);

    /// <summary>Looks up so many keys; false with a reply written if one of them has another type.</summary>
    public static bool TryFind(scoped ref CommandCall call, int first, int count, out SetOperands operands)
    {
        operands = default;
        for (int i = first; i < first + count; i++)
        {
            Database database = call.Locate(call.Args[i], out ulong hash);
            if (!database.FindForRead(call.Args[i], hash, out Slot slot) || database.Table.Kind(slot) == ValueKind.Set)
                continue;
            call.Reply.Error(Errors.WrongType);
            return false;
        }

        // Once more: looking up a key can move the records of others (ranks of cache mode, expiry).
        SetOperand[] sets = ArrayPool<SetOperand>.Shared.Rent(count);
        for (int i = 0; i < count; i++)
        {
            Database database = call.Locate(call.Args[first + i], out ulong hash);
            sets[i] = database.Find(call.Args[first + i], hash, out Slot slot) ? new SetOperand(database, slot) : default;
        }

        operands = new SetOperands(sets, count);
        return true;
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose() => ArrayPool<SetOperand>.Shared.Return(_sets, clearArray: true);
}
