// Moves slots between two nodes of three while ioredis clients use them, as a manager does: "<port> <port> <port>". Prints OK, or what went wrong and exits with 1.
import assert from "node:assert/strict";
import Redis from "ioredis";

const ports = process.argv.slice(2);
const host = "127.0.0.1";
const nodes = ports.map((port) => new Redis(Number(port), host));
const ids = await Promise.all(nodes.map((node) => node.cluster("MYID")));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let epoch = 0;

// owners: [start, end, node]; migration: [start, end, from, to].
async function configure(owners, migration) {
  const shards = nodes.map((_, i) => ({
    slot_ranges: owners.filter(([, , owner]) => owner === i).map(([start, end]) => ({ start, end })),
    master: { id: ids[i], ip: host, port: Number(ports[i]) },
    replicas: [],
    migrations: migration && migration[2] === i
      ? [{ slot_ranges: [{ start: migration[0], end: migration[1] }], node_id: ids[migration[3]], ip: host, port: Number(ports[migration[3]]) }]
      : [],
  }));
  const json = JSON.stringify({ epoch: ++epoch, shards });
  for (const node of [...nodes].reverse()) assert.equal(await node.call("DFLYCLUSTER", "CONFIG", json), "OK");
}

async function move(owners, migration, after) {
  await configure(owners, migration);
  for (;;) {
    const rows = await nodes[migration[2]].call("DFLYCLUSTER", "SLOT-MIGRATION-STATUS");
    const [, , state, , error] = rows.find(([direction]) => direction === "out");
    if (state === "FINISHED") break;
    assert.notEqual(state, "FATAL", error);
    await sleep(5);
  }
  await configure(after);
}

// A client of the application: every command must succeed, and say what it must.
async function use(cluster, name, stop) {
  let count = 0;
  while (!stop.now) {
    count++;
    const key = `${name}:${count % 200}`;
    const turn = Math.floor((count - 1) / 200) + 1;
    assert.equal(await cluster.rpush(`list:${key}`, count), turn, key);
    assert.equal(await cluster.set(`text:${key}`, count), "OK");
    const replies = await cluster.multi().incr(`{${key}}:a`).incr(`{${key}}:b`).exec();
    assert.deepEqual(replies, [[null, turn], [null, turn]]);
  }
  return count;
}

async function check(cluster, name, count) {
  for (let i = 0; i < 200; i++) {
    const written = Array.from({ length: count }, (_, j) => j + 1).filter((j) => j % 200 === i);
    if (written.length === 0) continue;
    assert.deepEqual(await cluster.lrange(`list:${name}:${i}`, 0, -1), written.map(String));
    assert.equal(await cluster.get(`text:${name}:${i}`), String(written.at(-1)));
    assert.equal(await cluster.get(`{${name}:${i}}:a`), String(written.length));
  }
}

try {
  const first = [[0, 5460, 0], [5461, 10921, 1], [10922, 16383, 2]];
  const second = [[0, 2000, 0], [2001, 10921, 1], [10922, 16383, 2]];
  await configure(first);
  const cluster = new Redis.Cluster([{ host, port: Number(ports[0]) }], { redisOptions: { commandTimeout: 20000 } });
  await new Promise((resolve, reject) => cluster.once("ready", resolve).once("error", reject));
  const stop = { now: false };
  const names = ["a", "b", "c", "d"];
  const users = names.map((name) => use(cluster, name, stop));
  users.forEach((user) => user.catch(() => { stop.now = true; }));
  await sleep(300);
  for (let i = 0; i < 3; i++) {
    await move(first, [2001, 5460, 0, 1], second);
    await sleep(50);
    await move(second, [2001, 5460, 1, 0], first);
    await sleep(50);
  }
  stop.now = true;
  const counts = await Promise.all(users);
  await Promise.all(names.map((name, i) => check(cluster, name, counts[i])));
  assert.ok(counts.every((count) => count > 50), `clients were at work: ${counts}`);
  await cluster.quit();
  await Promise.all(nodes.map((node) => node.quit()));
  console.log("OK");
  process.exit(0);
} catch (error) {
  console.error(error.stack);
  process.exit(1);
}
