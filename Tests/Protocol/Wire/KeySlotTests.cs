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
    public void Crc16_of_every_length_is_what_it_is_bit_by_bit()
    {
        Random random = new(16);
        byte[] bytes = new byte[100];
        for (int length = 0; length <= bytes.Length; length++)
        {
            random.NextBytes(bytes);
            Assert.AreEqual(BitByBit(bytes.AsSpan(0, length)), KeySlot.Crc16(bytes.AsSpan(0, length)), $"{length} bytes");
        }

        static int BitByBit(ReadOnlySpan<byte> bytes)
        {
            int crc = 0;
            foreach (byte next in bytes)
            {
                for (int bit = 7; bit >= 0; bit--)
                    crc = ((crc << 1) ^ ((((crc >> 15) ^ (next >> bit)) & 1) * 0x1021)) & 0xFFFF;
            }

            return crc;
        }
    }

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
