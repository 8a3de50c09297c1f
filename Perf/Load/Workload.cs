namespace DragonflyFlow.Perf.Load;

/// <summary>
/// One test's command as redis-benchmark takes it: each <c>__rand_int__</c> stands for 12 digits of a random number below <see cref="Range"/>, chosen
/// anew for each place and request.
/// </summary>
internal sealed record Workload(IReadOnlyList<string> Command, int Range)
{
    /// <summary>The placeholder, of the same length as what replaces it.</summary>
    public const string Random = "__rand_int__";

    /// <summary>Between the commands of a request that has several (MULTI ... EXEC); redis-benchmark cannot send such, our own generator does.</summary>
    public const string Next = "__next__";

    /// <summary>How it is driven.</summary>
    public LoadKind Kind { get; init; }

    /// <summary>The commands of one request.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Commands
    {
        get
        {
            List<List<string>> commands = [[]];
            foreach (string word in Command)
            {
                if (word == Next)
                    commands.Add([]);
                else
                    commands[^1].Add(word);
            }

            return commands;
        }
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(' ', Command);
}
