namespace DragonflyFlow.Pipeline.Migration;

/// <summary>Takes commands one by one, inside the shard's step.</summary>
internal interface IFrameSink
{
    /// <summary>Takes a command on keys of a slot; -1 for one without keys. The words are used again afterwards.</summary>
    void Write(CommandWords words, int slot);
}
