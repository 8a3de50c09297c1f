namespace DragonflyFlow.Perf.Transactions;

/// <summary>What the verb <c>tx</c> is asked to do.</summary>
internal sealed record TxOptions
{
    /// <summary>Transaction policies by name.</summary>
    public IReadOnlyList<string> Policies { get; init; } = ["ordered", "vll"];

    /// <summary>Percent of the commands that are over several keys.</summary>
    public IReadOnlyList<int> MultiPercents { get; init; } = [0, 10, 50, 100];

    /// <summary>Keys of such a command.</summary>
    public IReadOnlyList<int> KeysPerTransaction { get; init; } = [2, 8];

    /// <summary>Zipf's exponent in hundredths; 0 = every key alike.</summary>
    public IReadOnlyList<int> SkewHundredths { get; init; } = [0, 99];

    /// <summary>Shards.</summary>
    public int Shards { get; init; } = 4;

    /// <summary>Clients, each on a thread of its own.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>Keys.</summary>
    public int Keys { get; init; } = 100_000;

    /// <summary>Commands of each client in one measured run.</summary>
    public int Commands { get; init; } = 200_000;

    /// <summary>Rounds: every case once under each policy, one behind the other.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>The least that shows that everything runs; its figures mean nothing.</summary>
    public TxOptions Smoke() => this with { MultiPercents = [50], KeysPerTransaction = [4], SkewHundredths = [99], Keys = 1000, Commands = 2000, Rounds = 1 };

    /// <summary>All cases. Without commands over several keys their number of keys makes no difference.</summary>
    public IEnumerable<TxCase> Cases()
        => from skew in SkewHundredths
           from multi in MultiPercents
           from keys in multi == 0 ? KeysPerTransaction.Take(1) : KeysPerTransaction
           select new TxCase(multi, keys, skew);
}

/// <summary>One kind of load.</summary>
internal sealed record TxCase(int MultiPercent, int KeysPerTransaction, int SkewHundredths);
