using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>LCS key1 key2 [LEN] [IDX] [MINMATCHLEN length] [WITHMATCHLEN].</summary>
internal static class LcsCommand
{
    private struct Options
    {
        public bool LengthOnly;
        public bool Runs;
        public bool RunLengths;
        public long RunLengthMin;
    }

    public static void Lcs(ref CommandCall call)
    {
        byte[] firstScratch = new byte[StringValue.ScratchBytes];
        byte[] secondScratch = new byte[StringValue.ScratchBytes];
        if (!TryString(ref call, 1, firstScratch, out ReadOnlySpan<byte> first) || !TryString(ref call, 2, secondScratch, out ReadOnlySpan<byte> second))
        {
            call.Reply.Error("ERR The specified keys must contain string values");
            return;
        }

        if (!TryOptions(ref call, out Options options))
            return;
        if (LongestCommonSubsequence.BytesFor(first.Length, second.Length) > call.Engine.Config.Get(StoreOptions.ProtoMaxBulkLength))
        {
            call.Reply.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
            return;
        }

        using LongestCommonSubsequence lcs = new(first, second);
        if (options.Runs)
            AnswerRuns(ref call, lcs, first, second, options);
        else if (options.LengthOnly)
            call.Reply.Integer(lcs.Length);
        else
            call.Reply.Bulk(Sequence(lcs, first, second, runs: null));
    }

    private static bool TryString(ref CommandCall call, int index, byte[] scratch, out ReadOnlySpan<byte> value)
    {
        Database database = call.Locate(call.Args[index], out ulong hash);
        value = default;
        if (!database.Find(call.Args[index], hash, out Slot slot))
            return true;
        if (database.Table.Kind(slot) != ValueKind.String)
            return false;
        value = database.StringBytes(slot, scratch);
        return true;
    }

    private static bool TryOptions(ref CommandCall call, out Options options)
    {
        options = default;
        for (int i = 3; i < call.Count; i++)
        {
            if (call.Args.Is(i, "IDX"))
            {
                options.Runs = true;
            }
            else if (call.Args.Is(i, "LEN"))
            {
                options.LengthOnly = true;
            }
            else if (call.Args.Is(i, "WITHMATCHLEN"))
            {
                options.RunLengths = true;
            }
            else if (call.Args.Is(i, "MINMATCHLEN") && i + 1 < call.Count)
            {
                if (!call.TryInteger(++i, out options.RunLengthMin))
                    return false;
            }
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        if (!options.Runs || !options.LengthOnly)
            return true;
        call.Reply.Error("ERR If you want both the length and indexes, please just use IDX.");
        return false;
    }

    private static byte[] Sequence(LongestCommonSubsequence lcs, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, List<CommonRun>? runs)
    {
        byte[] sequence = new byte[lcs.Length];
        lcs.Trace(first, second, sequence, runs);
        return sequence;
    }

    private static void AnswerRuns(
        ref CommandCall call, LongestCommonSubsequence lcs, scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second, in Options options)
    {
        List<CommonRun> runs = [];
        Sequence(lcs, first, second, runs);
        long lengthMin = options.RunLengthMin;
        runs.RemoveAll(run => run.Length < lengthMin);
        call.Reply.Map(2);
        call.Reply.Bulk("matches"u8);
        call.Reply.Array(runs.Count);
        foreach (CommonRun run in runs)
        {
            call.Reply.Array(options.RunLengths ? 3 : 2);
            AnswerPlace(ref call, run.FirstStart, run.Length);
            AnswerPlace(ref call, run.SecondStart, run.Length);
            if (options.RunLengths)
                call.Reply.Integer(run.Length);
        }

        call.Reply.Bulk("len"u8);
        call.Reply.Integer(lcs.Length);
    }

    private static void AnswerPlace(ref CommandCall call, int start, int length)
    {
        call.Reply.Array(2);
        call.Reply.Integer(start);
        call.Reply.Integer(start + length - 1);
    }
}
