using System.Text;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

[TestClass]
public class DashTableModelTests
{
    [TestMethod]
    public void Quick()
    {
        foreach (bool isChecked in new[] { false, true })
        {
            using Arena arena = new(new ArenaOptions { Checked = isChecked });
            using DashTable table = new(arena);
            for (int i = 0; i < 20000; i++)
            {
                byte[] key = Encoding.ASCII.GetBytes($"key:{i}");
                Slot slot = table.Insert(key, KeyHash.Of(key), ValueKind.String, ValueEncoding.Raw, 8);
                BitConverter.TryWriteBytes(table.Value(slot), (long)i);
            }
            for (int i = 0; i < 20000; i++)
            {
                byte[] key = Encoding.ASCII.GetBytes($"key:{i}");
                Assert.IsTrue(table.TryFind(key, KeyHash.Of(key), out Slot slot), $"{i}");
                Assert.AreEqual(i, BitConverter.ToInt64(table.Value(slot)));
                if (i % 2 == 0) table.Remove(slot);
            }
            Assert.AreEqual(10000, table.Count);
            List<Slot> into = []; ulong c = 0; do c = table.Scan(c, into); while (c != 0);
            Assert.HasCount(10000, into);
            table.Clear();
            Assert.AreEqual(0, arena.AllocatedBytes);
            arena.Verify();
        }
    }
}
