using System.Globalization;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Wire;

[TestClass]
public sealed class KeySlotTests
{
    [TestMethod]
    [DataRow("123456789", 0x31C3)]
    [DataRow("", 0)]
    public void Crc16IsXmodem(string text, int crc) => Assert.AreEqual(crc, KeySlot.Crc16(Encoding.ASCII.GetBytes(text)));

    [TestMethod]
    [DataRow("user", "user")]
    [DataRow("{user}:1", "user")]
    [DataRow("a{b}c{d}", "b")]
    [DataRow("{}a", "{}a")]
    [DataRow("{}{a}", "{}{a}")]
    [DataRow("a{b", "a{b")]
    [DataRow("}a{b}", "b")]
    [DataRow("{{a}}", "{a")]
    public void HashTags(string key, string tag) => Assert.AreEqual(tag, Encoding.ASCII.GetString(KeySlot.HashTag(Encoding.ASCII.GetBytes(key))));

    [TestMethod]
    public async Task SlotsAreThoseOfRedis()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync("--cluster-enabled", "yes");
        string[] keys = ["foo", "{user}:1", "a{}b", "{}", "{a}{b}", "a{b", "x", .. Enumerable.Range(0, 200).Select(i => $"key:{i * 7919}{{{i % 5}}}")];
        string request = string.Concat(keys.Select(key => $"CLUSTER KEYSLOT {key}\r\n")) + "QUIT\r\n";
        string[] replies = Encoding.ASCII.GetString(await redis.ExchangeAsync(Encoding.ASCII.GetBytes(request))).Split("\r\n");
        for (int i = 0; i < keys.Length; i++)
            Assert.AreEqual(replies[i], ":" + KeySlot.Of(Encoding.ASCII.GetBytes(keys[i])).ToString(CultureInfo.InvariantCulture), keys[i]);
    }
}
