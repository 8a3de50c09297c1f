namespace DragonflyFlow.Tests.Differential;

/// <summary>Runs scripts on both stores, some commands in one read, and makes short what fails.</summary>
internal sealed class ScriptRunner(TwoStores stores, int commandsPerRead)
{
    private const int ShrinkRunsMax = 400;

    /// <summary>Differences that the list allows, by reason.</summary>
    internal Dictionary<string, int> Allowed { get; } = [];

    /// <summary>Commands whose replies were compared.</summary>
    internal int Compared { get; private set; }

    /// <summary>Runs the script from empty stores; returns the first difference and where it is, or null.</summary>
    internal (int At, Exchange Difference)? Run(IReadOnlyList<string[]> script)
    {
        stores.Clear();
        int at = 0;
        while (at < script.Count)
        {
            int count = 0;
            while (count < commandsPerRead && at + count < script.Count && !FreeChoices.Has(script[at + count]))
                count++;
            IEnumerable<Exchange> exchanges = count > 0
                ? stores.AskBoth([.. script.Skip(at).Take(count)])
                : [FreeChoices.Ask(stores, script[at])];
            foreach (Exchange exchange in exchanges)
            {
                if (!Agree(exchange))
                    return (at, exchange);
                at++;
            }
        }

        return null;
    }

    /// <summary>The shortest script found, by leaving commands out, that still ends in a difference of this kind.</summary>
    internal (IReadOnlyList<string[]> Script, Exchange Difference) Shrink(IReadOnlyList<string[]> script, Exchange difference)
    {
        int runs = 0;
        for (int chunk = (script.Count + 1) / 2; chunk > 0; chunk = chunk == 1 ? 0 : (chunk + 1) / 2)
        {
            for (int end = script.Count - 1; end > 0 && runs < ShrinkRunsMax; end -= chunk)
            {
                int start = Math.Max(0, end - chunk);
                string[][] shorter = [.. script.Take(start), .. script.Skip(end)];
                runs++;
                if (Run(shorter) is { } found && found.Difference.Kind == difference.Kind)
                {
                    difference = found.Difference;
                    script = shorter[..(found.At + 1)];
                    end = Math.Min(end, script.Count + chunk - 1);
                }
            }
        }

        return (script, difference);
    }

    private bool Agree(Exchange exchange)
    {
        Compared++;
        if (exchange.Theirs == exchange.Ours)
            return true;
        if (AllowedDifferences.ReasonFor(exchange) is not { } reason)
            return false;
        Allowed[reason] = Allowed.GetValueOrDefault(reason) + 1;
        return true;
    }
}
