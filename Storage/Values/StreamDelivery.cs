namespace DragonflyFlow.Storage.Values;

/// <summary>An entry that was given to a consumer and not acknowledged.</summary>
/// <param name="Owner">Who has it.</param>
/// <param name="AtMs">When it was given last, in Unix milliseconds.</param>
/// <param name="Count">How often it was given.</param>
public readonly record struct StreamDelivery(StreamConsumer Owner, long AtMs, long Count);
