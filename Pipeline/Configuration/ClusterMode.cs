namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Whether the store is a node of a cluster (Dragonfly's cluster_mode).</summary>
public enum ClusterMode
{
    /// <summary>No cluster: CLUSTER is refused.</summary>
    None,

    /// <summary>One node that owns every slot, for clients that speak to clusters only. Keys of several slots may be used together.</summary>
    Emulated,

    /// <summary>A node that owns what the configuration pushed to it says.</summary>
    Yes,
}
