using System.Buffers;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.HyperLogLog;

/// <summary>PFADD, PFCOUNT, PFMERGE.</summary>
internal static class PfCommands
{
    public const string Damaged = "INVALIDOBJ Corrupted HLL object detected";

    private const string NotHyperLogLog = "WRONGTYPE Key is not a valid HyperLogLog string value.";

    public static void PfAdd(ref CommandCall call)
    {
        Database database = call.Database;
        bool exists = database.FindForWrite(call.Key, call.Hash, out Slot slot);
        if (exists && !IsHyperLogLog(ref call, database, slot))
            return;
        long sparseBytesMax = call.Engine.Config.Get(StoreOptions.HllSparseMaxBytes);
        using HyperLogLogDraft draft = exists ? HyperLogLogDraft.Of(database.Table.Value(slot)) : HyperLogLogDraft.Empty();
        bool changed = !exists;
        for (int i = 2; i < call.Count; i++)
        {
            (int index, int rank) = HyperLogLogBytes.Place(call.Args[i]);
            if (draft.TryRaise(index, rank, sparseBytesMax, ref changed))
                continue;
            call.Reply.Error(Damaged);
            return;
        }

        if (changed)
        {
            draft.Invalidate();
            Store(ref call, ref slot, exists, draft);
            call.Changed(ChangeClass.String, "pfadd");
        }

        call.Reply.Integer(changed ? 1 : 0);
    }

    public static void PfCount(ref CommandCall call)
    {
        if (call.Count == 2)
            CountOne(ref call);
        else
            CountUnion(ref call);
    }

    public static void PfMerge(ref CommandCall call)
    {
        byte[] ranks = ArrayPool<byte>.Shared.Rent(HyperLogLogBytes.Registers);
        Span<byte> merged = ranks.AsSpan(0, HyperLogLogBytes.Registers);
        if (TryMerge(ref call, merged, out bool anyDense))
            StoreMerged(ref call, merged, anyDense);
        ArrayPool<byte>.Shared.Return(ranks);
    }

    /// <summary>Whether a found value is a HyperLogLog; if not, Redis's error is written.</summary>
    public static bool IsHyperLogLog(ref CommandCall call, Database database, Slot slot)
    {
        bool isString = database.Table.Kind(slot) == ValueKind.String;
        if (isString && database.Table.Encoding(slot) == ValueEncoding.Raw && HyperLogLogBytes.IsValid(database.Table.Value(slot)))
            return true;
        call.Reply.Error(isString ? NotHyperLogLog : Errors.WrongType);
        return false;
    }

    /// <summary>Stores the first key's value from a draft; its expiry stays.</summary>
    public static void Store(ref CommandCall call, scoped ref Slot slot, bool exists, scoped in HyperLogLogDraft draft)
    {
        if (draft.IsInPlace)
            return;
        long expireAtMs = exists ? call.Database.Table.ExpireAtMs(slot) : 0;
        ReadOnlySpan<byte> content = draft.Content;
        content.CopyTo(StringValue.StoreRaw(call.Database, call.Key, call.Hash, exists, ref slot, content.Length, expireAtMs));
    }

    // The estimate is kept in the value, as Redis does though the command reads: a change that no subscriber hears of.
    private static void CountOne(ref CommandCall call)
    {
        Database database = call.Database;
        if (!database.FindForRead(call.Key, call.Hash, out Slot slot))
        {
            call.Reply.Integer(0);
            return;
        }

        if (!IsHyperLogLog(ref call, database, slot))
            return;
        Span<byte> value = database.Table.Value(slot);
        if (!HyperLogLogBytes.TryCached(value, out long cardinality))
        {
            Span<int> histogram = stackalloc int[64];
            if (!HyperLogLogBytes.TryHistogram(value, histogram))
            {
                call.Reply.Error(Damaged);
                return;
            }

            cardinality = CardinalityEstimate.From(histogram);
            database.BeforeChange(slot);
            HyperLogLogBytes.Cache(value, cardinality);
            call.Changed(ChangeClass.Silent, "pfcount");
        }

        call.Reply.Integer(cardinality);
    }

    private static void CountUnion(ref CommandCall call)
    {
        byte[] ranks = ArrayPool<byte>.Shared.Rent(HyperLogLogBytes.Registers);
        Span<byte> merged = ranks.AsSpan(0, HyperLogLogBytes.Registers);
        if (TryMerge(ref call, merged, out _))
        {
            Span<int> histogram = stackalloc int[64];
            histogram.Clear();
            foreach (byte rank in merged)
                histogram[rank]++;
            call.Reply.Integer(CardinalityEstimate.From(histogram));
        }

        ArrayPool<byte>.Shared.Return(ranks);
    }

    // The union of all keys of the command, the destination included; false with an error written.
    private static bool TryMerge(ref CommandCall call, scoped Span<byte> ranks, out bool anyDense)
    {
        anyDense = false;
        ranks.Clear();
        for (int i = 1; i < call.Count; i++)
        {
            Database database = call.Locate(call.Args[i], out ulong hash);
            if (!database.FindForRead(call.Args[i], hash, out Slot slot))
                continue;
            if (!IsHyperLogLog(ref call, database, slot))
                return false;
            ReadOnlySpan<byte> value = database.Table.Value(slot);
            anyDense |= HyperLogLogBytes.IsDense(value);
            if (HyperLogLogBytes.TryMerge(value, ranks))
                continue;
            call.Reply.Error(Damaged);
            return false;
        }

        return true;
    }

    private static void StoreMerged(ref CommandCall call, scoped ReadOnlySpan<byte> ranks, bool dense)
    {
        bool exists = call.Database.FindForWrite(call.Key, call.Hash, out Slot slot);
        long sparseBytesMax = call.Engine.Config.Get(StoreOptions.HllSparseMaxBytes);
        using HyperLogLogDraft draft = exists ? HyperLogLogDraft.Of(call.Database.Table.Value(slot)) : HyperLogLogDraft.Empty();
        bool changed = false;
        bool whole = !dense || draft.TryMakeDense();
        for (int index = 0; whole && index < ranks.Length; index++)
        {
            if (ranks[index] > 0)
                whole = draft.TryRaise(index, ranks[index], sparseBytesMax, ref changed);
        }

        if (!whole)
        {
            call.Reply.Error(Damaged);
            return;
        }

        draft.Invalidate();
        Store(ref call, ref slot, exists, draft);
        call.Changed(ChangeClass.String, "pfadd");
        call.Reply.Ok();
    }
}
