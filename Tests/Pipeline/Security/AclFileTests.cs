using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Security;

/// <summary>The file of users: written whole, read whole or not at all.</summary>
[TestClass]
public sealed class AclFileTests
{
    [TestMethod]
    public async Task Users_are_saved_and_loaded_again()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, options: [("aclfile", "users.acl")]);
        store.Client.Line("ACL SETUSER al on >p ~a* %R~b* &c +@read -get (+set ~x)");
        string saved = store.Client.Line("ACL LIST");
        Assert.AreEqual("+OK\r\n", store.Client.Line("ACL SAVE"));
        store.Client.Line("ACL SETUSER al reset");
        store.Client.Line("ACL SETUSER bob on");
        Assert.AreEqual("+OK\r\n", store.Client.Line("ACL LOAD"));
        Assert.AreEqual(saved, store.Client.Line("ACL LIST"));
        Assert.AreEqual(1, disk.Names.Count(name => name.Contains("users.acl", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_file_with_a_wrong_line_changes_nothing_and_says_which_lines_are_wrong()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, options: [("aclfile", "users.acl")]);
        store.Client.Line("ACL SETUSER al on");
        string before = store.Client.Line("ACL LIST");
        disk.Write("users.acl", Encoding.Latin1.GetBytes("user bob on +get\n# comment\n\nuser bob off\nuser x +nope\nnobody\nuser y (+get\n"));
        string refused = store.Client.Line("ACL LOAD");
        StringAssert.StartsWith(refused, "-ERR users.acl:4: Duplicate user 'bob' found. users.acl:5: Error in applying operation '+nope': Unknown command or category name in ACL. users.acl:6: line should start with user keyword");
        StringAssert.Contains(refused, "users.acl:7: Unmatched parenthesis");
        Assert.AreEqual(before, store.Client.Line("ACL LIST"));
    }

    [TestMethod]
    public async Task Loading_disconnects_the_clients_of_users_that_have_gone_or_changed()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, options: [("aclfile", "users.acl")]);
        InProcessClient admin = store.Client;
        admin.Line("ACL SETUSER kept on nopass +@all");
        admin.Line("ACL SAVE");
        admin.Line("ACL SETUSER gone on nopass +@all");
        using InProcessClient kept = new(admin.Engine);
        using InProcessClient gone = new(admin.Engine);
        kept.Line("AUTH kept x");
        gone.Line("AUTH gone x");
        admin.Line("ACL LOAD");
        Assert.IsNull(kept.ClosedBecause);
        Assert.AreEqual("ACL DELUSER", gone.ClosedBecause);
        StringAssert.StartsWith(gone.Line("GET a"), "-NOPERM");
    }

    [TestMethod]
    public async Task A_default_user_that_is_not_in_the_file_keeps_the_password_of_the_options()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, options: [("aclfile", "users.acl"), ("requirepass", "pw")]);
        store.Client.Line("AUTH pw");
        disk.Write("users.acl", Encoding.Latin1.GetBytes("user al on nopass +get\n"));
        Assert.AreEqual("+OK\r\n", store.Client.Line("ACL LOAD"));
        using InProcessClient other = new(store.Client.Engine);
        StringAssert.StartsWith(other.Line("GET a"), "-NOAUTH");
    }

    [TestMethod]
    public async Task A_disk_that_is_full_leaves_the_file_as_it_was()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, options: [("aclfile", "users.acl")]);
        store.Client.Line("ACL SAVE");
        string[] names = [.. disk.Names];
        store.Client.Line("ACL SETUSER al on");
        disk.BytesLeft = 3;
        StringAssert.StartsWith(store.Client.Line("ACL SAVE"), "-ERR There was an error trying to save the ACLs");
        disk.BytesLeft = long.MaxValue;
        CollectionAssert.AreEquivalent(names, disk.Names.ToArray());
        Assert.AreEqual("+OK\r\n", store.Client.Line("ACL LOAD"));
        Assert.IsFalse(store.Client.Line("ACL LIST").Contains("al", StringComparison.Ordinal) && store.Client.Ask("ACL", "USERS").Items.Count > 1);
    }

    [TestMethod]
    public async Task Without_a_file_there_is_nothing_to_load_and_a_missing_one_is_named()
    {
        await using SavingStore none = new(new MemoryDisk());
        StringAssert.StartsWith(none.Client.Line("ACL LOAD"), "-ERR This Redis instance is not configured to use an ACL file.");
        await using SavingStore missing = new(new MemoryDisk(), options: [("aclfile", "users.acl")]);
        StringAssert.StartsWith(missing.Client.Line("ACL LOAD"), "-ERR Error loading ACLs, opening file 'users.acl': ");
        RespValue users = missing.Client.Ask("ACL", "USERS");
        Assert.AreEqual("default", users.Items[0].Text);
    }
}
