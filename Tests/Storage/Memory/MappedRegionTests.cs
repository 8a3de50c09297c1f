using System.ComponentModel;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

[TestClass]
public sealed class MappedRegionTests
{
    private const int Bytes = 4096;

    [TestMethod]
    public void What_is_written_is_in_the_file_and_nothing_is_reached_outside_or_afterwards()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("mappings are for Linux");
        string path = Path.GetTempFileName();
        try
        {
            using FileStream file = new(path, FileMode.Open);
            file.SetLength(Bytes);
            using (MappedRegion region = new((int)file.SafeFileHandle.DangerousGetHandle(), 0, Bytes))
            {
                region.At<ulong>(Bytes - sizeof(ulong)) = 0x0102030405060708;
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => region.At<ulong>(Bytes - sizeof(ulong) + 1));
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => region.At<byte>(-1));
                region.Dispose();
                Assert.ThrowsExactly<ObjectDisposedException>(() => region.At<byte>(0));
            }

            file.Position = Bytes - sizeof(ulong);
            Assert.AreEqual(8, file.ReadByte());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void What_cannot_be_mapped_is_refused()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("mappings are for Linux");
        Win32Exception refused = Assert.ThrowsExactly<Win32Exception>(() => new MappedRegion(-1, 0, Bytes));
        StringAssert.Contains(refused.Message, "mmap failed");
    }
}
