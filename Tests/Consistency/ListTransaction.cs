namespace DragonflyFlow.Tests.Consistency;

/// <summary>One part of a transaction over lists: it read a list as a whole, or appended an element that is appended once in the history.</summary>
internal sealed record ListAction(string Key, int? Appended, IReadOnlyList<int>? Read)
{
    public override string ToString() => Appended is { } element ? $"append {Key} {element}" : $"read {Key} [{string.Join(' ', Read!)}]";
}

/// <summary>A transaction over lists that was answered, as its client saw it.</summary>
internal sealed record ListTransaction(int Client, IReadOnlyList<ListAction> Actions, long Invoked, long Completed)
{
    public override string ToString() => $"client {Client} [{Invoked}, {Completed}] {string.Join(", ", Actions)}";
}
