namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>
/// Lists and clients that wait for them, as they must behave: a push serves those who wait for its key, first come first served; a move
/// pushes and so serves others.
/// </summary>
internal sealed class WaitingModel
{
    private readonly Dictionary<string, LinkedList<string>> _lists = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>Replies given since they were last looked at, by client.</summary>
    internal Dictionary<int, string> Replies { get; } = [];

    /// <summary>Clients that wait.</summary>
    internal IEnumerable<int> Waiting => _waiters.Select(waiter => waiter.Client);

    internal void Begin(int client, string[] keys, string? target, long? deadlineMs)
    {
        Waiter waiter = new(client, keys, target, deadlineMs);
        if (!TryServe(waiter, keys, out string? pushedTo))
            _waiters.Add(waiter);
        else if (pushedTo is not null)
            Wake(pushedTo);
    }

    internal void Push(string key, params string[] values)
    {
        foreach (string value in values)
            ListOf(key).AddLast(value);
        Wake(key);
    }

    internal string? Pop(string key)
    {
        string? value = ListOf(key).First?.Value;
        if (value is not null)
            ListOf(key).RemoveFirst();
        return value;
    }

    internal void Leave(int client) => _waiters.RemoveAll(waiter => waiter.Client == client);

    internal void TimeOut(int client) => End(_waiters.Single(waiter => waiter.Client == client));

    internal void Advance(long nowMs)
    {
        foreach (Waiter waiter in _waiters.Where(waiter => waiter.DeadlineMs <= nowMs).ToArray())
            End(waiter);
    }

    internal IEnumerable<string> Left() => _lists.Values.SelectMany(list => list);

    private void End(Waiter waiter)
    {
        _waiters.Remove(waiter);
        Replies[waiter.Client] = "*-1\r\n";
    }

    private void Wake(string first)
    {
        Queue<string> ready = new([first]);
        while (ready.TryDequeue(out string? key))
        {
            while (ListOf(key).Count > 0 && _waiters.Find(waiter => waiter.Keys.Contains(key)) is { } waiter)
            {
                _waiters.Remove(waiter);
                TryServe(waiter, [key], out string? pushedTo);
                if (pushedTo is not null)
                    ready.Enqueue(pushedTo);
            }
        }
    }

    private bool TryServe(Waiter waiter, string[] keys, out string? pushedTo)
    {
        pushedTo = waiter.Target;
        foreach (string key in keys)
        {
            if (Pop(key) is not { } value)
                continue;
            string bulk = $"${value.Length}\r\n{value}\r\n";
            Replies[waiter.Client] = waiter.Target is null ? $"*2\r\n${key.Length}\r\n{key}\r\n{bulk}" : bulk;
            if (pushedTo is not null)
                ListOf(pushedTo).AddLast(value);
            return true;
        }

        return false;
    }

    private LinkedList<string> ListOf(string key) => _lists.TryGetValue(key, out LinkedList<string>? list) ? list : _lists[key] = new LinkedList<string>();

    private sealed record Waiter(int Client, string[] Keys, string? Target, long? DeadlineMs);
}
