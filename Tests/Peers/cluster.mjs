// Drives a cluster on loopback ports with ioredis: "emulated <port>", or "yes <port> <port> <port>", whose nodes it configures as a manager does.
// Prints OK, or what went wrong and exits with 1.
import assert from "node:assert/strict";
import Redis from "ioredis";
import slotOf from "cluster-key-slot";

const [mode, ...ports] = process.argv.slice(2);
const host = "127.0.0.1";
const nodes = ports.map((port) => new Redis(Number(port), host));
const ids = await Promise.all(nodes.map((node) => node.cluster("MYID")));

// owners: for each range of slots the number of its node.
async function configure(epoch, ...owners) {
  const shards = nodes.map((_, i) => ({
    slot_ranges: owners.filter(([, , owner]) => owner === i).map(([start, end]) => ({ start, end })),
    master: { id: ids[i], ip: host, port: Number(ports[i]) },
    replicas: [],
  }));
  const json = JSON.stringify({ epoch, shards });
  for (const node of nodes) assert.equal(await node.call("DFLYCLUSTER", "CONFIG", json), "OK");
}

async function keys(cluster) {
  const names = Array.from({ length: 500 }, (_, i) => `key:${i}`);
  await Promise.all(names.map((name) => cluster.set(name, name)));
  assert.deepEqual(await Promise.all(names.map((name) => cluster.get(name))), names);
  const sizes = await Promise.all(nodes.map((node) => node.dbsize()));
  assert.equal(sizes.reduce((sum, size) => sum + size, 0), names.length);
  assert.ok(sizes.every((size) => size > 0), `every node has keys: ${sizes}`);
}

async function tags(cluster) {
  await cluster.mset("{t}a", 1, "{t}b", 2);
  assert.deepEqual(await cluster.mget("{t}a", "{t}b"), ["1", "2"]);
  const replies = await cluster.multi().incr("{t}a").incr("{t}b").get("{t}a").exec();
  assert.deepEqual(replies, [[null, 2], [null, 3], [null, "2"]]);
  const pipeline = cluster.pipeline();
  for (let i = 0; i < 100; i++) pipeline.rpush("{t}list", i);
  assert.equal((await pipeline.exec()).length, 100);
  assert.equal(await cluster.eval("return redis.call('llen', KEYS[1]) + #ARGV", 1, "{t}list", "x"), 101);
  assert.equal(await cluster.lmove("{t}list", "{t}other", "LEFT", "RIGHT"), "0");
}

async function describes(cluster) {
  assert.equal(cluster.nodes("master").length, nodes.length);
  const slots = await nodes[0].cluster("SLOTS");
  assert.equal(slots.reduce((sum, [start, end]) => sum + end - start + 1, 0), 16384);
  assert.match(await nodes[0].cluster("INFO"), /cluster_state:ok/);
}

async function shardChannels() {
  const owner = nodes.length === 1 ? nodes[0] : nodes[[5461, 10922, 16384].findIndex((end) => slotOf("news") < end)];
  const listener = owner.duplicate();
  const heard = new Promise((resolve) => listener.on("smessage", (channel, message) => resolve([channel, message])));
  await listener.ssubscribe("news");
  assert.equal(await owner.spublish("news", "one"), 1);
  assert.deepEqual(await heard, ["news", "one"]);
  await listener.quit();
}

// Slots change hands without their keys: clients follow, also one that waits for a key.
async function follows(cluster) {
  const moving = "key:7";
  const slot = slotOf(moving);
  const from = [5461, 10922, 16384].findIndex((end) => slot < end);
  const to = (from + 1) % 3;
  const waiting = cluster.blpop("{key:7}list", 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const ranges = [[0, 5460, 0], [5461, 10921, 1], [10922, 16383, 2]].flatMap(([start, end, owner]) => owner !== from
    ? [[start, end, owner]]
    : [[start, slot - 1, owner], [slot, slot, to], [slot + 1, end, owner]].filter(([first, last]) => first <= last));
  await configure(2, ...ranges);
  // The connection to the new node is the one that waits.
  await nodes[to].rpush("{key:7}list", "served");
  assert.deepEqual(await waiting, ["{key:7}list", "served"]);
  assert.equal(await cluster.get(moving), null);
  assert.equal(await cluster.set(moving, "new"), "OK");
  assert.equal(await nodes[to].get(moving), "new");
  await assert.rejects(nodes[from].get(moving), new RegExp(`MOVED ${slot} ${host}:${ports[to]}`));
  assert.equal(await cluster.get("key:8"), "key:8");
  await assert.rejects(nodes[0].call("DFLYCLUSTER", "CONFIG", JSON.stringify({ epoch: 1, shards: [] })), /Invalid cluster configuration/);
}

try {
  if (mode === "yes") await configure(1, [0, 5460, 0], [5461, 10921, 1], [10922, 16383, 2]);
  const cluster = new Redis.Cluster([{ host, port: Number(ports[0]) }], { redisOptions: { commandTimeout: 20000 } });
  await new Promise((resolve, reject) => cluster.once("ready", resolve).once("error", reject));
  for (const part of [keys, tags, describes, shardChannels, ...(mode === "yes" ? [follows] : [])]) {
    try {
      await part(cluster);
    } catch (error) {
      throw new Error(`${part.name}: ${error.stack}`);
    }
  }
  await cluster.quit();
  await Promise.all(nodes.map((node) => node.quit()));
  console.log("OK");
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
