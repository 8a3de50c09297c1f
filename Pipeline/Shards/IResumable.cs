namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Something that goes on when a thread has left the shard it ran: a connection with replies to send, a blocked command to look after.</summary>
public interface IResumable
{
    /// <summary>Goes on. Any thread, never inside a shard, never blocks.</summary>
    void Resume();
}
