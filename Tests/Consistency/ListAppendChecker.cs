namespace DragonflyFlow.Tests.Consistency;

/// <summary>
/// Whether transactions over lists are strictly serializable. What was read tells the order of appends to each list, and with it who came before whom: who
/// appended before whom (ww), whose append was read (wr), who read before an append (rw), who had ended before another began (real time). An order of all
/// exists if these have no circle. The history ends with a transaction that reads every list.
/// </summary>
internal static class ListAppendChecker
{
    /// <summary>What is wrong with the history, in words; null if nothing is.</summary>
    internal static string? FindFault(IReadOnlyList<ListTransaction> history)
    {
        Dictionary<string, IReadOnlyList<int>> orders = [];
        foreach (ListAction read in history.SelectMany(transaction => transaction.Actions).Where(action => action.Read is not null))
        {
            if (!orders.TryGetValue(read.Key, out IReadOnlyList<int>? longest) || longest.Count < read.Read!.Count)
                orders[read.Key] = read.Read!;
        }

        return FindTornRead(history, orders) ?? FindLoss(history, orders) ?? FindCircle(history, orders);
    }

    // Each read is the beginning of the longest one; within a transaction its own appends stand at the end of what it reads.
    private static string? FindTornRead(IReadOnlyList<ListTransaction> history, Dictionary<string, IReadOnlyList<int>> orders)
    {
        foreach (ListTransaction transaction in history)
        {
            Dictionary<string, List<int>> own = [];
            foreach (ListAction action in transaction.Actions)
            {
                List<int> appended = own.TryGetValue(action.Key, out List<int>? known) ? known : own[action.Key] = [];
                if (action.Appended is { } element)
                    appended.Add(element);
                else if (!orders[action.Key].Take(action.Read!.Count).SequenceEqual(action.Read!))
                    return $"two reads of {action.Key} do not agree: [{string.Join(' ', orders[action.Key])}] and {transaction}";
                else if (!action.Read!.TakeLast(appended.Count).SequenceEqual(appended))
                    return $"a transaction does not read its own appends to {action.Key}: {transaction}";
            }
        }

        return null;
    }

    private static string? FindLoss(IReadOnlyList<ListTransaction> history, Dictionary<string, IReadOnlyList<int>> orders)
    {
        foreach (ListTransaction transaction in history)
        {
            foreach (ListAction action in transaction.Actions.Where(action => action.Appended is not null))
            {
                int times = orders.TryGetValue(action.Key, out IReadOnlyList<int>? order) ? order.Count(element => element == action.Appended) : 0;
                if (times != 1)
                    return $"{action} is {times} times in the list at the end: {transaction}";
            }
        }

        return null;
    }

    private static string? FindCircle(IReadOnlyList<ListTransaction> history, Dictionary<string, IReadOnlyList<int>> orders)
    {
        // Behind the nodes of the transactions, one for each moment at which one ended.
        DependencyGraph graph = new(history.Count * 2);
        Dictionary<(string, int), int> appender = [];
        for (int i = 0; i < history.Count; i++)
        {
            foreach (ListAction action in history[i].Actions.Where(action => action.Appended is not null))
                appender[(action.Key, action.Appended!.Value)] = i;
        }

        foreach ((string key, IReadOnlyList<int> order) in orders)
        {
            for (int i = 1; i < order.Count; i++)
                graph.Add(appender[(key, order[i - 1])], appender[(key, order[i])], $"ww {key} {order[i]}");
        }

        for (int i = 0; i < history.Count; i++)
            AddReads(graph, i, history[i], orders, appender);
        AddRealTime(graph, history);
        IReadOnlyList<(int Node, string Why)> circle = graph.FindCircle();
        return circle.Count == 0 ? null : "no order explains:\n" + string.Join('\n', circle.Select(step => $"  {Name(step.Node, history)}\n    --{step.Why}-->"));
    }

    private static void AddReads(
        DependencyGraph graph, int node, ListTransaction transaction, Dictionary<string, IReadOnlyList<int>> orders, Dictionary<(string, int), int> appender)
    {
        HashSet<string> appended = [];
        foreach (ListAction action in transaction.Actions)
        {
            if (action.Appended is not null)
                appended.Add(action.Key);
            // A read behind an own append says nothing that the append does not say.
            if (action.Read is not { } read || appended.Contains(action.Key))
                continue;
            if (read.Count > 0)
                graph.Add(appender[(action.Key, read[^1])], node, $"wr {action.Key} {read[^1]}");
            if (read.Count < orders[action.Key].Count)
                graph.Add(node, appender[(action.Key, orders[action.Key][read.Count])], $"rw {action.Key} {orders[action.Key][read.Count]}");
        }
    }

    // The ends are a chain in time: each transaction leads to its end, and the last end before a beginning leads to the one that begins.
    private static void AddRealTime(DependencyGraph graph, IReadOnlyList<ListTransaction> history)
    {
        int lastEnd = -1;
        IEnumerable<(long At, int Node, bool IsEnd)> events = history.SelectMany((transaction, i) =>
            new[] { (transaction.Invoked, i, false), (transaction.Completed, i, true) });
        foreach ((_, int node, bool isEnd) in events.OrderBy(each => each.At))
        {
            if (!isEnd)
            {
                if (lastEnd >= 0)
                    graph.Add(lastEnd, node, "begins later");
                continue;
            }

            int end = history.Count + node;
            graph.Add(node, end, "ends");
            if (lastEnd >= 0)
                graph.Add(lastEnd, end, "then");
            lastEnd = end;
        }
    }

    private static string Name(int node, IReadOnlyList<ListTransaction> history)
        => node < history.Count ? history[node].ToString() : $"(the end of {history[node - history.Count].Invoked})";
}
