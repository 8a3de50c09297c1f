// Drives the server on the loopback port given as the only argument with ioredis; prints OK, or what went wrong and exits with 1.
import assert from "node:assert/strict";
import Redis from "ioredis";

const port = Number(process.argv[2]);
const open = (options = {}) => {
  const redis = new Redis(port, "127.0.0.1", { retryStrategy: (times) => Math.min(times * 20, 200), ...options });
  redis.on("error", () => {}); // A killed connection is part of the script.
  return redis;
};

async function strings(redis) {
  assert.equal(await redis.set("string", "value"), "OK");
  assert.equal(await redis.get("string"), "value");
  assert.equal(await redis.set("string", "other", "EX", 1000, "NX"), null);
  assert.equal(await redis.incrby("number", 41), 41);
  assert.equal(await redis.incr("number"), 42);
  assert.deepEqual(await redis.mget("string", "number", "none"), ["value", "42", null]);
  assert.equal(await redis.expire("number", 1000), 1);
  const ttl = await redis.ttl("number");
  assert.ok(ttl > 900 && ttl <= 1000, `ttl ${ttl}`);
}

async function hashes(redis) {
  assert.equal(await redis.hset("hash", { a: 1, b: "two", c: "" }), 3);
  assert.deepEqual(await redis.hgetall("hash"), { a: "1", b: "two", c: "" });
  assert.equal(await redis.hincrby("hash", "a", 4), 5);
  assert.deepEqual(await redis.hmget("hash", "a", "none"), ["5", null]);
}

async function lists(redis) {
  assert.equal(await redis.rpush("list", "a", "b", "c"), 3);
  assert.equal(await redis.lpush("list", "z"), 4);
  assert.deepEqual(await redis.lrange("list", 0, -1), ["z", "a", "b", "c"]);
  assert.equal(await redis.rpop("list"), "c");
}

async function sets(redis) {
  assert.equal(await redis.sadd("set1", "a", "b", "c"), 3);
  assert.equal(await redis.sadd("set2", "b", "c", "d"), 3);
  assert.deepEqual((await redis.sinter("set1", "set2")).sort(), ["b", "c"]);
  assert.equal(await redis.sismember("set1", "d"), 0);
}

async function sortedSets(redis) {
  assert.equal(await redis.zadd("zset", 1, "one", 2.5, "two", "-inf", "none"), 3);
  assert.deepEqual(await redis.zrange("zset", 0, -1, "WITHSCORES"), ["none", "-inf", "one", "1", "two", "2.5"]);
  assert.equal(await redis.zscore("zset", "two"), "2.5");
  assert.equal(await redis.zrank("zset", "two"), 2);
}

async function pipelines(redis) {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 2000; i++) pipeline.incr("pipelined").set(`p:${i}`, i);
  const replies = await pipeline.exec();
  assert.equal(replies.length, 4000);
  assert.ok(replies.every(([error]) => error === null));
  assert.deepEqual(replies.filter((_, i) => i % 2 === 0).map(([, n]) => n), Array.from({ length: 2000 }, (_, i) => i + 1));
}

async function bytes(redis) {
  const big = Buffer.alloc(1 << 20, "0123456789abcdef");
  await redis.set("big", big);
  assert.ok(big.equals(await redis.getBuffer("big")));
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  await redis.set(every, every);
  assert.ok(every.equals(await redis.getBuffer(every)));
  await redis.rpush("bytes", every, big);
  assert.ok(big.equals((await redis.lrangeBuffer("bytes", 0, -1))[1]));
}

async function scans(redis) {
  const found = new Set();
  for await (const keys of redis.scanStream({ match: "p:*", count: 100 })) keys.forEach((key) => found.add(key));
  assert.equal(found.size, 2000);
  await redis.hset("bighash", Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i])));
  const fields = new Map();
  for await (const items of redis.hscanStream("bighash")) for (let i = 0; i < items.length; i += 2) fields.set(items[i], items[i + 1]);
  assert.equal(fields.size, 1000);
  assert.equal(fields.get("f77"), "77");
}

async function errors(redis) {
  await assert.rejects(redis.lpush("string", "x"), /WRONGTYPE/);
  await assert.rejects(redis.call("NOSUCHCOMMAND"), /unknown command/);
  await assert.rejects(redis.call("GET"), /wrong number of arguments/);
  const replies = await redis.pipeline().set("e", "text").incr("e").get("e").exec();
  assert.match(replies[1][0].message, /not an integer/);
  assert.equal(replies[2][1], "text");
}

async function transactions(redis) {
  assert.deepEqual(await redis.multi().set("m", 1).incr("m").lpush("m", "x").get("m").exec().then((r) => r.map(([e, v]) => e?.message ?? v)),
    ["OK", 2, "WRONGTYPE Operation against a key holding the wrong kind of value", "2"]);
  const other = open();
  await redis.watch("m");
  await other.set("m", 5);
  assert.equal(await redis.multi().set("m", 6).exec(), null);
  assert.equal(await redis.get("m"), "5");
  await other.quit();
}

async function scripts(redis) {
  redis.defineCommand("addAll", { numberOfKeys: 2, lua: "local n = 0 for i, v in ipairs(ARGV) do n = n + tonumber(v) redis.call('rpush', KEYS[1], v) end redis.call('set', KEYS[2], n / 2) return {n, redis.call('get', KEYS[2]), cjson.encode({a = ARGV})}" });
  assert.deepEqual(await redis.addAll("added", "half", 1, 2, 3), [6, "3", '{"a":["1","2","3"]}']);
  assert.deepEqual(await redis.lrange("added", 0, -1), ["1", "2", "3"]);
  await assert.rejects(redis.eval("return redis.call('incr', KEYS[1])", 1, "added"), /WRONGTYPE/);
}

async function blocking(redis) {
  const waiting = open();
  const first = waiting.blpop("queue", 0);
  const second = waiting.brpoplpush("queue", "done", 0);
  await redis.rpush("queue", "a", "b");
  assert.deepEqual(await first, ["queue", "a"]);
  assert.equal(await second, "b");
  assert.equal(await waiting.blpop("queue", 0.01), null);
  await waiting.quit();
}

async function pubsub(redis) {
  const listener = open();
  await listener.subscribe("news");
  await listener.psubscribe("n*");
  const heard = [];
  const all = new Promise((resolve) => {
    const hear = (...words) => { heard.push(words); if (heard.length === 4) resolve(); };
    listener.on("message", hear);
    listener.on("pmessage", hear);
  });
  assert.equal(await redis.publish("news", "one"), 2);
  assert.equal(await redis.publish("news", "two"), 2);
  await all;
  assert.deepEqual(heard, [["news", "one"], ["n*", "news", "one"], ["news", "two"], ["n*", "news", "two"]]);
  await listener.quit();
}

// The second connection ends the first, which connects anew and goes on.
async function reconnects(redis) {
  const other = open();
  const id = await redis.client("ID");
  const again = new Promise((resolve) => redis.once("ready", resolve));
  assert.equal(await other.client("KILL", "ID", id), 1);
  await again;
  assert.equal(await redis.get("string"), "value");
  assert.notEqual(await redis.client("ID"), id);
  await other.quit();
}

async function manyAtOnce() {
  const clients = Array.from({ length: 20 }, () => open());
  await Promise.all(clients.map(async (client) => {
    for (let i = 0; i < 50; i++) await client.incr("shared");
  }));
  assert.equal(await clients[0].get("shared"), "1000");
  await Promise.all(clients.map((client) => client.quit()));
}

const redis = open();
try {
  for (const part of [strings, hashes, lists, sets, sortedSets, pipelines, bytes, scans, errors, transactions, scripts, blocking, pubsub, reconnects, manyAtOnce]) {
    try {
      await part(redis);
    } catch (error) {
      throw new Error(`${part.name}: ${error.stack}`);
    }
  }
  assert.equal(await redis.quit(), "OK");
  console.log("OK");
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
