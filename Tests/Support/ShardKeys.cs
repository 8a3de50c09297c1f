using System.Text;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Support;

/// <summary>Keys that lie on a wanted shard, and shards that somebody keeps.</summary>
internal static class ShardKeys
{
    /// <summary>A key on the shard, beginning with the given letters. The engine must have been made: the hash has its seed from it.</summary>
    internal static string KeyOn(this StoreEngine engine, int shard, string name)
    {
        for (int i = 0; ; i++)
        {
            string key = $"{name}{i}";
            if (KeyHash.ShardOf(KeyHash.Of(Encoding.ASCII.GetBytes(key)), engine.Shards.Length) == shard)
                return key;
        }
    }

    /// <summary>Keeps a shard until it is freed: what is posted meanwhile waits.</summary>
    internal static void Keep(this ShardBlock shard)
    {
        Keeper keeper = new();
        Assert.IsTrue(shard.Post(keeper));
        Assert.IsTrue(keeper.Has, "the shard was idle");
    }

    private sealed class Keeper : ShardMessage
    {
        internal bool Has { get; private set; }

        internal override bool Run(ShardBlock shard)
        {
            Has = true;
            return false;
        }

        internal override void Refuse(Exception reason) => Assert.Fail(reason.Message);
    }
}
