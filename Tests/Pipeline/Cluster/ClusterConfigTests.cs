using System.Text;
using DragonflyFlow.Pipeline.Cluster;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>A configuration is right as a whole or nothing; what is wrong is said in words.</summary>
[TestClass]
public sealed class ClusterConfigTests
{
    private const string All = """ "slot_ranges":[{"start":0,"end":16383}] """;
    private const string A = """ "master":{"id":"a","ip":"1.2.3.4","port":7000} """;
    private const string B = """ "master":{"id":"b","ip":"1.2.3.4","port":7001} """;
    private const string LowA = """{"slot_ranges":[{"start":0,"end":8191}],"master":{"id":"a","ip":"1.2.3.4","port":7000},"migrations":[MOVES]}""";
    private const string HighB = """{"slot_ranges":[{"start":8192,"end":16383}],"master":{"id":"b","ip":"1.2.3.4","port":7001},"replicas":[{"id":"r","ip":"1.2.3.4","port":7003}]}""";

    [TestMethod]
    [DataRow("", "the JSON cannot be read at $, line 1")]
    [DataRow("nonsense", "the JSON cannot be read at $, line 1")]
    [DataRow("[{\"slot_ranges\":\n7}]", "the JSON cannot be read at $[0].slot_ranges, line 2")]
    [DataRow("[{" + All + "," + A + "}", "the JSON cannot be read at $[1], line 1")]
    [DataRow("null", "there are no shards")]
    [DataRow("{}", "there are no shards")]
    [DataRow("""{"epoch":"x","shards":[]}""", "the JSON cannot be read at $.epoch, line 1")]
    [DataRow("[]", "slots 0-16383 belong to nobody")]
    [DataRow("[null]", "shard 0: it is null")]
    [DataRow("[{" + A + "}]", "shard 0: slot_ranges are missing")]
    [DataRow("[{" + All + "}]", "shard 0: a master needs id, ip and port")]
    [DataRow("[{" + All + """,   "master":{"id":"a","ip":"1.2.3.4"}}]""", "shard 0: a master needs id, ip and port")]
    [DataRow("[{" + All + "," + A + ""","replicas":[{"id":"r","port":1}]}]""", "shard 0: a replica needs id, ip and port")]
    [DataRow("""[{"slot_ranges":[{"start":0}],""" + A + "}]", "shard 0: a range of slots needs start and end")]
    [DataRow("""[{"slot_ranges":[{"start":0,"end":16384}],""" + A + "}]", "shard 0: slots 0-16384 are not within 0-16383")]
    [DataRow("""[{"slot_ranges":[{"start":-1,"end":5}],""" + A + "}]", "shard 0: slots -1-5 are not within 0-16383")]
    [DataRow("""[{"slot_ranges":[{"start":9,"end":5}],""" + A + "}]", "shard 0: slots 9-5 end before they start")]
    [DataRow("""[{"slot_ranges":[{"start":0,"end":9},{"start":9,"end":16383}],""" + A + "}]", "slot 9 is there twice for a")]
    [DataRow("[{" + All + "," + A + """},{"slot_ranges":[{"start":5,"end":5}],""" + B + "}]", "slot 5 belongs to a and to b")]
    [DataRow("""[{"slot_ranges":[{"start":0,"end":4},{"start":6,"end":16382}],""" + A + "}]", "slots 5 16383 belong to nobody")]
    [DataRow("[{" + All + "," + A + """},{"slot_ranges":[],""" + A + "}]", "node a is there twice")]
    [DataRow("[{" + All + "," + A + ""","replicas":[{"id":"a","ip":"1.2.3.4","port":1}]}]""", "node a is there twice")]
    [DataRow("[{" + All + ""","master":{"id":"","ip":"1.2.3.4","port":1}}]""", "node id '' is empty or has spaces")]
    [DataRow("[{" + All + ""","master":{"id":"a b","ip":"1.2.3.4","port":1}}]""", "node id 'a b' is empty or has spaces")]
    [DataRow("[{" + All + ""","master":{"id":"a","ip":"","port":1}}]""", "node a: ip '' is empty or has spaces")]
    [DataRow("[{" + All + ""","master":{"id":"a","ip":"x","port":0}}]""", "node a: port 0 is not within 1-65535")]
    [DataRow("[{" + All + ""","master":{"id":"a","ip":"x","port":65536}}]""", "node a: port 65536 is not within 1-65535")]
    [DataRow("[{" + All + ""","master":{"id":"a","ip":"x","port":1,"health":"dead"}}]""", "shard 0: node a: health 'dead' is not one of online, loading, fail, hidden")]
    [DataRow("""{"epoch":-2,"shards":[{""" + All + "," + A + "}]}", "epoch -2 is negative")]
    public void What_breaks_a_rule_is_refused_in_words(string json, string expected)
    {
        Assert.IsNull(ClusterJson.TryRead(Encoding.UTF8.GetBytes(json), out string? error));
        Assert.AreEqual(expected, error);
    }

    [TestMethod]
    [DataRow("""{"node_id":"b","ip":"1.2.3.4","port":1}""", "shard 0: migration to b: slot_ranges are missing")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"ip":"1.2.3.4","port":1}""", "shard 0: a migration needs node_id, ip and port")]
    [DataRow("""{"slot_ranges":[],"node_id":"b","ip":"1.2.3.4","port":1}""", "migration a -> b has no slots")]
    [DataRow("""{"slot_ranges":[{"start":2,"end":1}],"node_id":"b","ip":"1.2.3.4","port":1}""", "shard 0: migration to b: slots 2-1 end before they start")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"node_id":"a","ip":"1.2.3.4","port":1}""", "migration a -> a leads to where it starts")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"node_id":"nobody","ip":"1.2.3.4","port":1}""", "migration a -> nobody: the target is not a master")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"node_id":"r","ip":"1.2.3.4","port":1}""", "migration a -> r: the target is not a master")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"node_id":"b","ip":"1.2.3.4","port":0}""", "migration a -> b: port 0 is not within 1-65535")]
    [DataRow("""{"slot_ranges":[{"start":8190,"end":8192}],"node_id":"b","ip":"1.2.3.4","port":1}""", "migration a -> b: slots 8192 do not belong to the source")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"node_id":"b","ip":"1.2.3.4","port":1},{"slot_ranges":[{"start":3,"end":4}],"node_id":"b","ip":"1.2.3.4","port":1}""", "migration a -> b is there twice")]
    [DataRow("""{"slot_ranges":[{"start":1,"end":2}],"node_id":"b","ip":"1.2.3.4","port":1},{"slot_ranges":[{"start":2,"end":4}],"node_id":"c","ip":"1.2.3.4","port":1}""", "migration a -> c: slots 2 leave twice")]
    public void What_breaks_a_rule_of_migrations_is_refused_in_words(string moves, string expected)
    {
        string json = "[" + LowA.Replace("MOVES", moves, StringComparison.Ordinal) + "," + HighB + """,{"slot_ranges":[],"master":{"id":"c","ip":"1.2.3.4","port":7009}}]""";
        Assert.IsNull(ClusterJson.TryRead(Encoding.UTF8.GetBytes(json), out string? error));
        Assert.AreEqual(expected, error);
    }

    [TestMethod]
    public void What_is_written_reads_as_what_it_was()
    {
        const string Moves = """{"slot_ranges":[{"start":1,"end":2},{"start":7,"end":7}],"node_id":"b","ip":"5.6.7.8","port":1}""";
        string array = "[" + LowA.Replace("MOVES", Moves, StringComparison.Ordinal) + "," + HighB.Replace("7003}", """7003,"health":"loading"}""", StringComparison.Ordinal) + "]";
        foreach (string json in (string[])[array, """{"epoch":7,"shards":""" + array + "}"])
        {
            ClusterConfig? config = ClusterJson.TryRead(Encoding.UTF8.GetBytes(json), out string? error);
            Assert.IsNotNull(config, error);
            Assert.AreEqual(json == array ? null : 7, config.Epoch);
            byte[] text = ClusterJson.Write(config);
            Assert.AreEqual(json.Replace(",\"migrations\":[]", "", StringComparison.Ordinal).Replace("\"port\":7000},", "\"port\":7000},\"replicas\":[],", StringComparison.Ordinal), Encoding.UTF8.GetString(text));
            Assert.AreEqual(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(ClusterJson.Write(ClusterJson.TryRead(text, out _)!)));
        }
    }

    [TestMethod]
    public void Fields_of_a_newer_manager_are_passed_over()
    {
        string json = "  [{" + All + "," + A.Replace("7000}", """7000,"zone":"x"}""", StringComparison.Ordinal) + ""","weight":{"a":[1]}}]""";
        ClusterConfig? config = ClusterJson.TryRead(Encoding.UTF8.GetBytes(json), out string? error);
        Assert.IsNotNull(config, error);
        Assert.IsTrue(config.Shards[0].Slots.Equals(SlotSet.All));
    }

    [TestMethod]
    public void Sets_of_slots_are_sets()
    {
        SlotSet some = SlotSet.Of([new SlotRange(0, 63), new SlotRange(65, 65), new SlotRange(16383, 16383)]);
        Assert.AreEqual("0-63 65 16383", some.ToString());
        Assert.AreEqual(66, some.Count);
        Assert.AreEqual("64 66-16382", SlotSet.All.Except(some).ToString());
        Assert.AreEqual(SlotSet.All, some.Union(SlotSet.All.Except(some)));
        Assert.IsTrue(some.Intersect(SlotSet.All.Except(some)).IsEmpty);
        Assert.AreEqual("2 4", some.Where(slot => slot is 2 or 4 or 64).ToString());
        Assert.AreEqual("", SlotSet.Empty.ToString());
    }
}
