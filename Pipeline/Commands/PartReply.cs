namespace DragonflyFlow.Pipeline.Commands;

/// <summary>How the replies of a command's parts, one for each shard, become its reply.</summary>
internal enum PartReply
{
    /// <summary>It has no parts: it runs at one moment on all its shards.</summary>
    None,

    /// <summary>The sum of the parts' integers (DEL).</summary>
    Sum,

    /// <summary>OK (MSET).</summary>
    Ok,

    /// <summary>An array with one element for each key, in the order of the keys (MGET).</summary>
    Elements,
}
