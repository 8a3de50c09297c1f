using System.Buffers.Text;
using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>What SCAN, HSCAN, SSCAN and ZSCAN have in common: the cursor, and MATCH, COUNT and further words behind it.</summary>
public ref struct ScanOptions
{
    private const long CountDefault = 10;
    private const int SlotsKeptMax = 1024;

    // So many looks at one bucket per element asked for, at most: a sparse table is not walked to its end for one reply (Redis's rule).
    private const int LooksPerElement = 10;

    // But a look at an empty bucket costs nanoseconds: a small table is walked in one go.
    private const int LooksMin = 1024;

    private ReadOnlySpan<byte> _pattern;
    private bool _filters;

    /// <summary>Elements that are asked for, at least 1.</summary>
    public long Count;

    /// <summary>HSCAN ... NOVALUES.</summary>
    public bool NoValues;

    /// <summary>SCAN ... TYPE: the name of a type, or empty.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>Buckets that may be looked at for one reply.</summary>
    public readonly long LooksMax => Count > long.MaxValue / LooksPerElement ? long.MaxValue : Math.Max(LooksMin, Count * LooksPerElement);

    /// <summary>
    /// Reads the cursor, 0 to start; false with Redis's error written. Redis asks for it first, then for the key, then for the options; it reads it as C
    /// reads unsigned numbers, a sign included.
    /// </summary>
    public static bool TryCursor(ref CommandCall call, int index, out ulong cursor)
    {
        ReadOnlySpan<byte> text = call.Args[index];
        bool negative = text.Length > 0 && text[0] == '-';
        ReadOnlySpan<byte> digits = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (text.IsEmpty)
        {
            cursor = 0;
            return true;
        }

        if (Utf8Parser.TryParse(digits, out cursor, out int used) && used == digits.Length && char.IsAsciiDigit((char)digits[0]))
        {
            cursor = negative ? 0 - cursor : cursor;
            return true;
        }

        call.Reply.Error("ERR invalid cursor");
        return false;
    }

    /// <summary>Reads the options from argument <paramref name="first"/> on; false with Redis's error written.</summary>
    public static bool TryRead(scoped ref CommandCall call, int first, out ScanOptions options, bool allowType = false, bool allowNoValues = false)
    {
        options = new ScanOptions { Count = CountDefault };
        for (int i = first; i < call.Count; i++)
        {
            bool hasNext = i + 1 < call.Count;
            if (hasNext && call.Args.Is(i, "COUNT"))
            {
                if (!call.TryInteger(++i, out options.Count))
                    return false;
                if (options.Count < 1)
                    return Fail(ref call);
            }
            else if (hasNext && call.Args.Is(i, "MATCH"))
            {
                options._pattern = call.Args[++i];
                options._filters = !GlobPattern.IsAll(options._pattern);
            }
            else if (hasNext && allowType && call.Args.Is(i, "TYPE"))
            {
                options.Type = call.Args[++i];
            }
            else if (allowNoValues && call.Args.Is(i, "NOVALUES"))
            {
                options.NoValues = true;
            }
            else
            {
                return Fail(ref call);
            }
        }

        return true;
    }

    /// <summary>Whether an element is asked for.</summary>
    public readonly bool Wants(ReadOnlySpan<byte> element) => !_filters || GlobPattern.IsMatch(_pattern, element);

    /// <summary>Starts the reply: two elements, the first of them the cursor, which is text on the wire. The array of elements follows.</summary>
    public static void Begin(ReplyBuffer reply, ulong nextCursor)
    {
        Span<byte> text = stackalloc byte[20];
        nextCursor.TryFormat(text, out int length, provider: CultureInfo.InvariantCulture);
        reply.Array(2);
        reply.Bulk(text[..length]);
    }

    /// <summary>Gives back the scratch list of slots; one that a big COUNT has stretched is cut down.</summary>
    public static void GiveBack(List<Slot> slots)
    {
        slots.Clear();
        if (slots.Capacity > SlotsKeptMax)
            slots.Capacity = SlotsKeptMax;
    }

    private static bool Fail(scoped ref CommandCall call)
    {
        call.Reply.Error(Errors.Syntax);
        return false;
    }
}
