using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Pipeline.Cluster;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>DFLYMIGRATE on the wire, and the register of declared migrations.</summary>
[TestClass]
public sealed class MigrationRequestTests
{
    [TestMethod]
    [DataRow("DFLYMIGRATE INIT n1 4 0 5460 7000 7000")]
    [DataRow("DFLYMIGRATE FLOW n1 3 1")]
    [DataRow("DFLYMIGRATE ACK n1 9223372036854775807 0 5460 7000 7000")]
    [DataRow("DFLYMIGRATE PROBED n1 3")]
    public void What_is_written_reads_as_what_it_was(string line)
    {
        MigrationRequest? request = Read(line, out string? error);
        Assert.IsNotNull(request, error);
        Assert.AreEqual(line, string.Join(' ', request.ToWords()));
        Assert.AreEqual("n1", request.SourceId);
        Assert.AreEqual(request, Read(string.Join(' ', request.ToWords()), out _));
    }

    [TestMethod]
    [DataRow("DFLYMIGRATE", "ERR syntax error")]
    [DataRow("DFLYMIGRATE INIT n1", "ERR syntax error")]
    [DataRow("DFLYMIGRATE INIT n1 4 0", "ERR syntax error")]
    [DataRow("DFLYMIGRATE INIT n1 4 0 5 7", "ERR syntax error")]
    [DataRow("DFLYMIGRATE INIT n1 0 0 5", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE INIT n1 1 5 4", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE INIT n1 1 0 16384", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE FLOW n1 -1 1", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE FLOW n1 1", "ERR syntax error")]
    [DataRow("DFLYMIGRATE PROBED n1", "ERR syntax error")]
    [DataRow("DFLYMIGRATE PROBED n1 0", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE ACK n1 1", "ERR syntax error")]
    [DataRow("DFLYMIGRATE ACK n1 0 0 5", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE ACK n1 1 5 4", "ERR value is not an integer or out of range")]
    [DataRow("DFLYMIGRATE WHAT n1 1", "ERR syntax error")]
    public void What_is_no_request_is_refused(string line, string expected)
    {
        Assert.IsNull(Read(line, out string? error));
        Assert.AreEqual(expected, error);
    }

    [TestMethod]
    public void Declared_migrations_keep_their_state_until_they_change_or_go()
    {
        MigrationRegister register = new();
        register.Update(View("me 0-8000 > b 1-5 > c 7; b 8001-16383 > me 9000; c"));
        OutgoingMigration toB = register.Outgoing.Single(migration => migration.Declared.NodeId == "b");
        OutgoingMigration toC = register.Outgoing.Single(migration => migration.Declared.NodeId == "c");
        IncomingMigration fromB = register.From("b")!;
        toB.Progress.BeginRound();
        register.Update(View("me 0-8000 > b 1-5 > c 8; b 8001-16383 > me 9000; c"));
        Assert.AreSame(toB, register.Outgoing.Single(migration => migration.Declared.NodeId == "b"), "declared as before");
        Assert.AreEqual(MigrationState.Cancelled, toC.Progress.State, "other slots");
        Assert.AreEqual(MigrationState.Connecting, register.Outgoing.Single(migration => migration.Declared.NodeId == "c").Progress.State);
        Assert.AreSame(fromB, register.From("b"));
        register.Update(View("me 0-8000; b 8001-16383; c"));
        Assert.AreEqual((MigrationState.Cancelled, MigrationState.Cancelled), (toB.Progress.State, fromB.Progress.State));
        Assert.IsTrue(register.Outgoing.Count == 0 && register.From("b") is null);
    }

    private static ClusterView View(string words)
        => ClusterView.Of("me", ClusterJson.TryRead(Encoding.UTF8.GetBytes(ClusterStore.Json(words)), out _)!);

    private static MigrationRequest? Read(string line, out string? error)
    {
        byte[] data = Encoding.ASCII.GetBytes(line);
        ArgList args = new();
        int at = 0;
        foreach (string word in line.Split(' '))
        {
            args.Add(at, word.Length);
            at += word.Length + 1;
        }

        return MigrationRequest.TryRead(new ArgView(data, args.Items.AsSpan(0, args.Count)), out error);
    }
}
