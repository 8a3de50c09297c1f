using System.Buffers.Text;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Finds the keys of a command whose key positions follow from its arguments; appends argument indexes.</summary>
public delegate void KeyFinder(ArgView args, List<int> into);

/// <summary>Where the keys are among the arguments (first, last, step as in COMMAND INFO; last may count from the end).</summary>
public sealed class KeySpec
{
    /// <summary>No keys.</summary>
    public static readonly KeySpec None = new(0, 0, 0);

    /// <summary>One key, the first argument.</summary>
    public static readonly KeySpec One = new(1, 1, 1);

    /// <summary>Two keys, the first two arguments.</summary>
    public static readonly KeySpec Two = new(1, 2, 1);

    /// <summary>Every argument is a key.</summary>
    public static readonly KeySpec All = new(1, -1, 1);

    /// <summary>Every other argument is a key (MSET).</summary>
    public static readonly KeySpec Pairs = new(1, -1, 2);

    /// <summary>One key, the second argument (subcommands such as OBJECT ENCODING).</summary>
    public static readonly KeySpec Second = new(2, 2, 1);

    /// <summary>The keys of XREAD and XREADGROUP: the first half of what stands behind the word STREAMS.</summary>
    public static readonly KeySpec Streams = new(0, FindStreams) { Keyword = "STREAMS" };

    private readonly KeyFinder? _finder;

    /// <summary>Keys at fixed places.</summary>
    public KeySpec(int first, int last, int step)
    {
        First = first;
        Last = last;
        Step = step;
        IsSingle = first != 0 && first == last;
    }

    private KeySpec(int first, KeyFinder finder)
        : this(first, first, first == 0 ? 0 : 1)
    {
        _finder = finder;
        IsSingle = false;
    }

    /// <summary>Index of the first key; 0 = no keys, or none at a fixed place.</summary>
    public int First { get; }

    /// <summary>Index of the last key; negative counts from the end.</summary>
    public int Last { get; }

    /// <summary>Distance of keys.</summary>
    public int Step { get; }

    /// <summary>The word that keys stand behind, and as many arguments behind them; null if there is none.</summary>
    public string? Keyword { get; private init; }

    /// <summary>Whether the command has exactly one key, at <see cref="First"/>.</summary>
    public bool IsSingle { get; }

    /// <summary>Whether the command can have keys.</summary>
    public bool HasKeys => First != 0 || _finder is not null;

    /// <summary>Whether key positions follow from the arguments.</summary>
    public bool IsMovable => _finder is not null;

    /// <summary>Keys by a finder; <paramref name="first"/> is what COMMAND INFO shows.</summary>
    public static KeySpec By(int first, KeyFinder finder) => new(first, finder);

    /// <summary>A count at <paramref name="countAt"/> and that many keys behind it; <paramref name="destination"/> is a further key before them, or 0.</summary>
    public static KeySpec Counted(int countAt, int destination = 0) => new(destination, (args, into) =>
    {
        if (destination != 0)
            into.Add(destination);
        if (countAt >= args.Count || !Utf8Parser.TryParse(args[countAt], out int count, out int used) || used != args[countAt].Length)
            return;
        for (int i = countAt + 1; count > 0 && i < args.Count; i++, count--)
            into.Add(i);
    });

    // Options come before the word; what is no option ends the search.
    private static void FindStreams(ArgView args, List<int> into)
    {
        for (int i = 1; i < args.Count; i++)
        {
            if (args.Is(i, "BLOCK") || args.Is(i, "COUNT"))
            {
                i++;
            }
            else if (args.Is(i, "GROUP"))
            {
                i += 2;
            }
            else if (args.Is(i, "STREAMS"))
            {
                int count = args.Count - i - 1;
                for (int key = i + 1; count % 2 == 0 && key <= i + (count / 2); key++)
                    into.Add(key);
                return;
            }
            else if (!args.Is(i, "NOACK"))
            {
                return;
            }
        }
    }

    /// <summary>Appends the argument indexes of all keys.</summary>
    public void Find(ArgView args, List<int> into)
    {
        if (_finder is not null)
        {
            _finder(args, into);
            return;
        }

        if (First == 0)
            return;
        int last = Last >= 0 ? Last : args.Count + Last;
        for (int i = First; i <= last && i < args.Count; i += Step)
            into.Add(i);
    }
}
