using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>SINTER, SUNION, SDIFF, their STORE forms, and SINTERCARD.</summary>
internal static class SetAlgebraCommands
{
    private enum Operation
    {
        Intersect,
        Unite,
        Subtract,
    }

    public static void Intersect(ref CommandCall call) => Write(ref call, Operation.Intersect);

    public static void Unite(ref CommandCall call) => Write(ref call, Operation.Unite);

    public static void Subtract(ref CommandCall call) => Write(ref call, Operation.Subtract);

    public static void IntersectStore(ref CommandCall call) => Store(ref call, Operation.Intersect, "sinterstore");

    public static void UniteStore(ref CommandCall call) => Store(ref call, Operation.Unite, "sunionstore");

    public static void SubtractStore(ref CommandCall call) => Store(ref call, Operation.Subtract, "sdiffstore");

    public static void IntersectCount(ref CommandCall call)
    {
        if (!KeyCounts.TryRead(ref call, 1, out int keys))
            return;
        if (keys > call.Count - 2)
        {
            call.Reply.Error("ERR Number of keys can't be greater than number of args");
            return;
        }

        if (!TryLimit(ref call, 2 + keys, out long limit) || !SetOperands.TryFind(ref call, 2, keys, out SetOperands operands))
            return;
        MemberCount sink = default;
        call.Reply.Integer(SetAlgebra.Intersect(operands.Span, limit, ref sink));
        operands.Dispose();
    }

    private static bool TryLimit(ref CommandCall call, int index, out long limit)
    {
        limit = 0;
        for (int i = index; i < call.Count; i += 2)
        {
            if (!call.Args.Is(i, "LIMIT") || i + 1 == call.Count)
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }

            if (!Numbers.TryInteger(call.Args[i + 1], out limit) || limit < 0)
            {
                call.Reply.Error("ERR LIMIT can't be negative");
                return false;
            }
        }

        return true;
    }

    private static void Write(ref CommandCall call, Operation operation)
    {
        if (!SetOperands.TryFind(ref call, 1, call.Count - 1, out SetOperands operands))
            return;
        int mark = call.Reply.BeginDeferred();
        MemberReply sink = new(call.Reply);
        long found = Run(operation, operands.Span, call.Database.Keyspace, ref sink);
        call.Reply.EndDeferred(mark, '~', (int)found);
        operands.Dispose();
    }

    private static void Store(ref CommandCall call, Operation operation, string eventName)
    {
        if (!SetOperands.TryFind(ref call, 2, call.Count - 2, out SetOperands operands))
            return;
        SetBuilder builder = new(call.Database.Keyspace);
        try
        {
            if (operation == Operation.Unite)
                SetAlgebra.UniteInto(operands.Span, builder);
            else
                Run(operation, operands.Span, call.Database.Keyspace, ref builder);
            call.Reply.Integer(Replace(ref call, builder, eventName));
        }
        finally
        {
            builder.Dispose();
            operands.Dispose();
        }
    }

    // The key may have been one of the operands: nothing is changed before the result is complete.
    private static long Replace(ref CommandCall call, SetBuilder result, string eventName)
    {
        long count = result.Count;
        bool existed = call.Database.FindForWrite(call.Key, call.Hash, out Slot slot);
        if (existed)
            call.Database.Remove(slot);
        if (count > 0)
        {
            result.Store(call.Database, call.Key, call.Hash);
            call.Changed(ChangeClass.Set, eventName);
        }
        else if (existed)
        {
            call.Changed(ChangeClass.Generic, "del");
        }

        return count;
    }

    private static long Run<TSink>(Operation operation, Span<SetOperand> sets, Keyspace scratch, ref TSink sink)
        where TSink : IMemberSink
        => operation switch
        {
            Operation.Intersect => SetAlgebra.Intersect(sets, 0, ref sink),
            Operation.Unite => SetAlgebra.Unite(sets, scratch, ref sink),
            _ => SetAlgebra.Subtract(sets, scratch, ref sink),
        };

    /// <summary>Members are only counted.</summary>
    private readonly struct MemberCount : IMemberSink
    {
        public void Add(ReadOnlySpan<byte> member)
        {
        }
    }
}
