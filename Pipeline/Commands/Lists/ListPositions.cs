using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>LPOS with RANK, COUNT and MAXLEN.</summary>
internal static class ListPositions
{
    private struct Options
    {
        /// <summary>Which match is the first to be returned, counted from 1.</summary>
        public long Rank;

        /// <summary>Whether matches are counted from the end.</summary>
        public bool Backward;

        /// <summary>Matches to return, 0 = all; -1 = one, and not as an array.</summary>
        public long Count;

        /// <summary>Elements to compare, 0 = all.</summary>
        public long LengthMax;
    }

    public static void Find(ref CommandCall call)
    {
        Options options = new() { Rank = 1, Count = -1 };
        if (!TryOptions(ref call, ref options) || !call.FindForRead(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (options.Count >= 0)
        {
            int mark = call.Reply.BeginDeferred();
            call.Reply.EndDeferred(mark, '*', exists ? Search(ref call, slot, options) : 0);
        }
        else if (!exists || Search(ref call, slot, options) == 0)
        {
            call.Reply.Null();
        }
    }

    // Writes the indexes of matches; how many.
    private static int Search(ref CommandCall call, Slot slot, in Options options)
    {
        RecordList list = new(call.Database, slot);
        ReadOnlySpan<byte> element = call.Args[2];
        long length = list.Count;
        long compared = options.LengthMax == 0 ? length : Math.Min(length, options.LengthMax);
        long wanted = options.Count switch { -1 => 1, 0 => long.MaxValue, _ => options.Count };
        long rank = options.Rank;
        int found = 0;
        ListReader reader = list.Read(options.Backward ? length - 1 : 0, options.Backward);
        for (long i = 0; i < compared && found < wanted && reader.MoveNext(); i++)
        {
            if (!reader.Current.SequenceEqual(element) || --rank > 0)
                continue;
            call.Reply.Integer(options.Backward ? length - 1 - i : i);
            found++;
        }

        return found;
    }

    private static bool TryOptions(ref CommandCall call, ref Options options)
    {
        for (int i = 3; i < call.Count; i += 2)
        {
            if (i + 1 == call.Count)
                return Refuse(ref call, Errors.Syntax);
            if (call.Args.Is(i, "RANK"))
            {
                if (!TryRank(ref call, i + 1, ref options))
                    return false;
            }
            else if (call.Args.Is(i, "COUNT"))
            {
                if (!TryNatural(ref call, i + 1, "ERR COUNT can't be negative", out options.Count))
                    return false;
            }
            else if (call.Args.Is(i, "MAXLEN"))
            {
                if (!TryNatural(ref call, i + 1, "ERR MAXLEN can't be negative", out options.LengthMax))
                    return false;
            }
            else
            {
                return Refuse(ref call, Errors.Syntax);
            }
        }

        return true;
    }

    private static bool TryRank(ref CommandCall call, int index, ref Options options)
    {
        if (!call.TryInteger(index, out long rank))
            return false;
        if (rank == long.MinValue)
            return Refuse(ref call, "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
        if (rank == 0)
        {
            return Refuse(ref call, "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
                + "or use negative to start from the end of the list");
        }

        options.Backward = rank < 0;
        options.Rank = Math.Abs(rank);
        return true;
    }

    private static bool TryNatural(ref CommandCall call, int index, string error, out long value)
        => (Numbers.TryInteger(call.Args[index], out value) && value >= 0) || Refuse(ref call, error);

    private static bool Refuse(ref CommandCall call, string error)
    {
        call.Reply.Error(error);
        return false;
    }
}
