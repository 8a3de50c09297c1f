using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Finds the end of a value by its shape (<see cref="RdbValueShape"/>). It goes on where it stopped when the input was too short, so that a big value that
/// arrives in many parts is passed over once.
/// </summary>
internal struct RdbValueSkipper
{
    private const ulong PartEnd = 0;
    private const ulong PartSigned = 1;
    private const ulong PartUnsigned = 2;
    private const ulong PartFloat = 3;
    private const ulong PartDouble = 4;
    private const ulong PartString = 5;

    private string _shape;
    private Loops _loops;
    private int _step;
    private int _depth;

    /// <summary>The place up to which the value has been passed over.</summary>
    public int At { get; private set; }

    /// <summary>Whether a value has been begun and its end was not there yet.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Begins a value.</summary>
    public void Begin(string shape, int at)
    {
        _shape = shape;
        _step = 0;
        _depth = 0;
        At = at;
        IsUnderWay = true;
    }

    /// <summary>Begins nothing; what was under way is given up.</summary>
    public void Reset() => IsUnderWay = false;

    /// <summary>Goes on to the end of the value; false if it is not there, or the scanner tells a problem.</summary>
    public bool TryFinish(scoped ref RdbScanner scanner)
    {
        scanner.At = At;
        while (_step < _shape.Length)
        {
            bool isDone = _shape[_step] switch
            {
                'S' => scanner.TrySkipString(),
                'N' => scanner.TryLength(out _),
                '8' => scanner.TrySkip(sizeof(long)),
                'I' => scanner.TrySkip(2 * sizeof(long)),
                'T' => scanner.TrySkipScoreText(),
                'M' => TrySkipParts(ref scanner),
                '{' => TryOpen(ref scanner),
                _ => Close(),
            };
            At = scanner.At;
            if (!isDone)
                return false;
            _step++;
        }

        IsUnderWay = false;
        return true;
    }

    // Behind the brace, or behind the matching one if there is nothing to come.
    private bool TryOpen(scoped ref RdbScanner scanner)
    {
        if (!scanner.TryLength(out ulong count))
            return false;
        if (count > 0)
        {
            _loops[_depth++] = (_step, count);
            return true;
        }

        for (int open = 1; open > 0;)
        {
            char next = _shape[++_step];
            open += next == '{' ? 1 : next == '}' ? -1 : 0;
        }

        return true;
    }

    private bool Close()
    {
        ref (int Step, ulong Left) loop = ref _loops[_depth - 1];
        if (--loop.Left > 0)
            _step = loop.Step;
        else
            _depth--;
        return true;
    }

    private static bool TrySkipParts(scoped ref RdbScanner scanner)
    {
        while (true)
        {
            int start = scanner.At;
            if (!scanner.TryLength(out ulong part))
                return false;
            if (part == PartEnd)
                return true;
            bool isDone = part switch
            {
                PartSigned or PartUnsigned => scanner.TryLength(out _),
                PartFloat => scanner.TrySkip(sizeof(float)),
                PartDouble => scanner.TrySkip(sizeof(double)),
                PartString => scanner.TrySkipString(),
                _ => scanner.Fail("a module's data has a part of a kind that is not known"),
            };
            if (isDone)
                continue;
            scanner.At = start;
            return false;
        }
    }

    [InlineArray(RdbValueShape.DepthMax)]
    private struct Loops
    {
        private (int Step, ulong Left) _first;
    }
}
