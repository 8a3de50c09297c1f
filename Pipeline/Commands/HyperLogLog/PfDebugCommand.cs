using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.HyperLogLog;

/// <summary>PFDEBUG GETREG, DECODE, ENCODING and TODENSE, and PFSELFTEST: for tests of stores, not for use.</summary>
internal static class PfDebugCommand
{
    public static void PfDebug(ref CommandCall call)
    {
        Database database = call.Database;
        if (!database.FindForWrite(call.Args[2], call.Hash, out Slot slot))
        {
            call.Reply.Error("ERR The specified key does not exist");
            return;
        }

        if (!PfCommands.IsHyperLogLog(ref call, database, slot))
            return;
        if (call.Args.Is(1, "GETREG"))
            AnswerRegisters(ref call, slot);
        else if (call.Args.Is(1, "DECODE"))
            AnswerRuns(ref call, slot);
        else if (call.Args.Is(1, "ENCODING"))
            call.Reply.Simple(HyperLogLogBytes.IsDense(database.Table.Value(slot)) ? "dense" : "sparse");
        else if (call.Args.Is(1, "TODENSE"))
            MakeDense(ref call, slot);
        else
            call.Reply.Error($"ERR Unknown PFDEBUG subcommand '{Words.Text(call.Args[1])}'");
    }

    /// <summary>Raises every register of a dense and a sparse value to all ranks in turn and reads it back.</summary>
    public static void PfSelfTest(ref CommandCall call)
    {
        byte[] registers = new byte[HyperLogLogDense.RegisterBytes];
        for (int rank = 1; rank < HyperLogLogBytes.RankCount; rank++)
        {
            for (int index = 0; index < HyperLogLogBytes.Registers; index++)
            {
                if (HyperLogLogDense.Raise(registers, index, rank) && HyperLogLogDense.Get(registers, index) == rank)
                    continue;
                call.Reply.Error($"TESTFAILED Register {index} should be {rank} but is {HyperLogLogDense.Get(registers, index)}");
                return;
            }
        }

        call.Reply.Ok();
    }

    private static void AnswerRegisters(ref CommandCall call, Slot slot)
    {
        byte[] ranks = new byte[HyperLogLogBytes.Registers];
        if (!HyperLogLogBytes.TryMerge(call.Database.Table.Value(slot), ranks))
        {
            call.Reply.Error(PfCommands.Damaged);
            return;
        }

        call.Reply.Array(ranks.Length);
        foreach (byte rank in ranks)
            call.Reply.Integer(rank);
    }

    private static void AnswerRuns(ref CommandCall call, Slot slot)
    {
        ReadOnlySpan<byte> value = call.Database.Table.Value(slot);
        if (HyperLogLogBytes.IsDense(value))
            call.Reply.Error("ERR HLL encoding is not sparse");
        else
            call.Reply.Bulk(HyperLogLogSparse.Describe(HyperLogLogBytes.RegistersOf(value)));
    }

    private static void MakeDense(ref CommandCall call, Slot slot)
    {
        Database database = call.Database;
        Span<byte> value = database.Table.Value(slot);
        if (HyperLogLogBytes.IsDense(value))
        {
            call.Reply.Integer(0);
            return;
        }

        using HyperLogLogDraft draft = HyperLogLogDraft.Of(value);
        if (!draft.TryMakeDense())
        {
            call.Reply.Error(PfCommands.Damaged);
            return;
        }

        draft.Content.CopyTo(database.PutBytes(ref slot, ValueKind.String, ValueEncoding.Raw, draft.Content.Length));
        database.Changed(call.Args[2], ChangeClass.String, "pfdebug");
        call.Reply.Integer(1);
    }
}
