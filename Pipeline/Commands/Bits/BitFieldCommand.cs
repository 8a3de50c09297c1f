using DragonflyFlow.Pipeline.Commands.Strings;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Bits;

/// <summary>
/// BITFIELD: a row of GET, SET and INCRBY on fields of any width, OVERFLOW between them. The arguments are read twice, first to find all errors and the
/// bytes needed, then to run: nothing has to be kept.
/// </summary>
internal static class BitFieldCommand
{
    private enum Verb
    {
        Get,
        Set,
        IncrBy,
    }

    private ref struct Step
    {
        public Verb Verb;
        public BitField Type;
        public long Offset;
        public long Operand;
    }

    public static void BitField(ref CommandCall call) => Run(ref call, readOnly: false);

    public static void BitFieldReadOnly(ref CommandCall call) => Run(ref call, readOnly: true);

    private static void Run(ref CommandCall call, bool readOnly)
    {
        if (!TryPlan(ref call, readOnly, out int steps, out long writtenBits))
            return;
        Slot slot;
        bool exists;
        if (writtenBits == 0 ? !call.FindForRead(ValueKind.String, out slot, out exists) : !call.FindForWrite(ValueKind.String, out slot, out exists))
            return;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        int length = exists ? StringValue.Length(call.Database, slot) : 0;
        call.Reply.Array(steps);
        if (writtenBits == 0)
        {
            RunReads(ref call, exists ? call.Database.StringBytes(slot, scratch) : []);
            return;
        }

        Span<byte> value = StringChanges.OpenRaw(ref call, ref slot, exists, (int)((writtenBits + 7) >> 3));
        if (RunWrites(ref call, value) || value.Length > length)
            call.Changed(ChangeClass.String, "setbit");
    }

    private static void RunReads(ref CommandCall call, scoped ReadOnlySpan<byte> value)
    {
        BitOverflow overflow = BitOverflow.Wrap;
        int at = 2;
        while (TryStep(ref call, ref at, ref overflow, out Step step))
            call.Reply.Integer(step.Type.Read(value, step.Offset));
    }

    // True if a field has another value now.
    private static bool RunWrites(ref CommandCall call, scoped Span<byte> value)
    {
        BitOverflow overflow = BitOverflow.Wrap;
        bool changed = false;
        int at = 2;
        while (TryStep(ref call, ref at, ref overflow, out Step step))
        {
            long before = step.Type.Read(value, step.Offset);
            if (step.Verb == Verb.Get)
            {
                call.Reply.Integer(before);
                continue;
            }

            bool isSet = step.Verb == Verb.Set;
            if (!step.Type.TryAdd(isSet ? step.Operand : before, isSet ? 0 : step.Operand, overflow, out long after))
            {
                call.Reply.Null();
                continue;
            }

            step.Type.Write(value, step.Offset, after);
            changed |= after != before;
            call.Reply.Integer(isSet ? before : after);
        }

        return changed;
    }

    // False with an error written. writtenBits: one past the last bit that a step may write; 0 if none writes.
    private static bool TryPlan(ref CommandCall call, bool readOnly, out int steps, out long writtenBits)
    {
        BitOverflow overflow = BitOverflow.Wrap;
        int at = 2;
        steps = 0;
        writtenBits = 0;
        int replyStart = call.Reply.Length;
        while (TryStep(ref call, ref at, ref overflow, out Step step))
        {
            steps++;
            if (step.Verb != Verb.Get)
                writtenBits = Math.Max(writtenBits, step.Offset + step.Type.Bits);
        }

        if (call.Reply.Length != replyStart)
            return false;
        if (!readOnly || writtenBits == 0)
            return true;
        call.Reply.Error("ERR BITFIELD_RO only supports the GET subcommand");
        return false;
    }

    // The next step from argument `at` on, past OVERFLOW words; false at the end, or with an error written.
    private static bool TryStep(ref CommandCall call, ref int at, ref BitOverflow overflow, out Step step)
    {
        step = default;
        while (at + 1 < call.Count && call.Args.Is(at, "OVERFLOW"))
        {
            if (!TryOverflow(ref call, at + 1, ref overflow))
                return false;
            at += 2;
        }

        if (at >= call.Count)
            return false;
        if (!TryVerb(ref call, at, out step.Verb))
            return Fail(ref call, Errors.Syntax);
        if (!Storage.Values.BitField.TryParse(call.Args[at + 1], out step.Type))
            return Fail(ref call, "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
        if (!BitOffset.TryRead(ref call, at + 2, out step.Offset, step.Type.Bits))
            return false;
        if (step.Verb != Verb.Get && !call.TryInteger(at + 3, out step.Operand))
            return false;
        at += step.Verb == Verb.Get ? 3 : 4;
        return true;
    }

    // Whether the word is a verb, with as many arguments behind it as it needs.
    private static bool TryVerb(ref CommandCall call, int at, out Verb verb)
    {
        int left = call.Count - at - 1;
        verb = Verb.Get;
        if (left >= 2 && call.Args.Is(at, "GET"))
            return true;
        verb = Verb.Set;
        if (left >= 3 && call.Args.Is(at, "SET"))
            return true;
        verb = Verb.IncrBy;
        return left >= 3 && call.Args.Is(at, "INCRBY");
    }

    private static bool TryOverflow(ref CommandCall call, int index, ref BitOverflow overflow)
    {
        if (call.Args.Is(index, "WRAP"))
            overflow = BitOverflow.Wrap;
        else if (call.Args.Is(index, "SAT"))
            overflow = BitOverflow.Saturate;
        else if (call.Args.Is(index, "FAIL"))
            overflow = BitOverflow.Fail;
        else
            return Fail(ref call, "ERR Invalid OVERFLOW type specified");
        return true;
    }

    private static bool Fail(ref CommandCall call, string error)
    {
        call.Reply.Error(error);
        return false;
    }
}
