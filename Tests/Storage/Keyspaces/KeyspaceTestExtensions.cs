using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

/// <summary>Strings under text keys, without commands.</summary>
internal static class KeyspaceTestExtensions
{
    internal static Keyspace NewKeyspace(int databases = 4, int index = 0)
        => new(new KeyspaceOptions { Databases = databases, Checked = true, Index = index });

    internal static void Put(this Database database, string key, string value, long expireAtMs = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        ulong hash = KeyHash.Of(name);
        bool exists = database.FindForWrite(name, hash, out Slot slot);
        StringValue.Store(database, name, hash, exists, ref slot, Encoding.UTF8.GetBytes(value), expireAtMs);
        database.Changed(name, ChangeClass.String, "set");
    }

    /// <summary>The string under a key, or null.</summary>
    internal static string? Look(this Database database, string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        return database.Find(name, KeyHash.Of(name), out Slot slot) ? Encoding.UTF8.GetString(database.StringBytes(slot, new byte[StringValue.ScratchBytes])) : null;
    }

    internal static bool Delete(this Database database, string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        return database.Delete(name, KeyHash.Of(name));
    }

    internal static Slot SlotOf(this Database database, string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        Assert.IsTrue(database.Table.TryFind(name, KeyHash.Of(name), out Slot slot), key);
        return slot;
    }
}
