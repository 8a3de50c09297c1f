using System.Buffers;
using DragonflyFlow.Pipeline.Commands.Strings;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Bits;

/// <summary>SETBIT and BITOP.</summary>
internal static class BitWrites
{
    private const int FirstSource = 3;

    public static void SetBit(ref CommandCall call)
    {
        if (!BitOffset.TryRead(ref call, 2, out long offset))
            return;
        if (!Numbers.TryInteger(call.Args[3], out long bit) || bit is not (0 or 1))
        {
            call.Reply.Error("ERR bit is not an integer or out of range");
            return;
        }

        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        int length = exists ? StringValue.Length(call.Database, slot) : 0;
        Span<byte> value = StringChanges.OpenRaw(ref call, ref slot, exists, (int)(offset >> 3) + 1);
        bool before = BitString.Get(value, offset);
        BitString.Set(value, offset, bit == 1);
        if (value.Length > length || before != (bit == 1))
            call.Changed(ChangeClass.String, "setbit");
        call.Reply.Integer(before ? 1 : 0);
    }

    public static void BitOp(ref CommandCall call)
    {
        if (!TryOperation(ref call, out BitOperation operation))
            return;
        if (operation == BitOperation.Not && call.Count != FirstSource + 1)
        {
            call.Reply.Error("ERR BITOP NOT must be called with a single source key.");
            return;
        }

        if (!TryMeasure(ref call, out int length))
            return;
        byte[] result = ArrayPool<byte>.Shared.Rent(length);
        Combine(ref call, operation, result.AsSpan(0, length));
        StoreResult(ref call, result.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(result);
        call.Reply.Integer(length);
    }

    private static void Combine(ref CommandCall call, BitOperation operation, scoped Span<byte> result)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        result.Clear();
        for (int i = FirstSource; i < call.Count; i++)
        {
            Database database = call.Locate(call.Args[i], out ulong hash);
            ReadOnlySpan<byte> value = database.Find(call.Args[i], hash, out Slot slot) ? database.StringBytes(slot, scratch) : [];
            if (i == FirstSource)
                value.CopyTo(result);
            if (i > FirstSource || operation == BitOperation.Not)
                BitString.Combine(operation, result, value);
        }
    }

    // The result of nothing is nothing: the destination goes.
    private static void StoreResult(ref CommandCall call, scoped ReadOnlySpan<byte> result)
    {
        ReadOnlySpan<byte> key = call.Args[2];
        Database database = call.Locate(key, out ulong hash);
        if (result.IsEmpty)
        {
            database.Delete(key, hash);
            return;
        }

        bool exists = database.FindForWrite(key, hash, out Slot slot);
        result.CopyTo(StringValue.StoreRaw(database, key, hash, exists, ref slot, result.Length, expireAtMs: 0));
        database.Changed(key, ChangeClass.String, "set");
    }

    private static bool TryOperation(ref CommandCall call, out BitOperation operation)
    {
        operation = BitOperation.And;
        if (call.Args.Is(1, "AND"))
            return true;
        operation = BitOperation.Or;
        if (call.Args.Is(1, "OR"))
            return true;
        operation = BitOperation.Xor;
        if (call.Args.Is(1, "XOR"))
            return true;
        operation = BitOperation.Not;
        if (call.Args.Is(1, "NOT"))
            return true;
        call.Reply.Error(Errors.Syntax);
        return false;
    }

    private static bool TryMeasure(ref CommandCall call, out int length)
    {
        length = 0;
        for (int i = FirstSource; i < call.Count; i++)
        {
            Database database = call.Locate(call.Args[i], out ulong hash);
            if (!database.FindForRead(call.Args[i], hash, out Slot slot))
                continue;
            if (database.Table.Kind(slot) != ValueKind.String)
            {
                call.Reply.Error(Errors.WrongType);
                return false;
            }

            length = Math.Max(length, StringValue.Length(database, slot));
        }

        return true;
    }
}
