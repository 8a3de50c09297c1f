// Drives a server with BullMQ, whose scripts run unmodified: queue, worker, events, retries, delayed and repeated jobs, priorities, rate limit, pause, flow. Prints OK, or throws.
import assert from 'node:assert/strict';
import { FlowProducer, Queue, QueueEvents, Worker } from 'bullmq';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const open = [];
// BullMQ adds a listener for each job that is waited for.
const keep = thing => { open.push(thing); thing.setMaxListeners?.(0); thing.on?.('error', error => { console.error(error.message); process.exitCode = 1; }); return thing; };
const make = name => ({
  queue: keep(new Queue(name, { connection })),
  events: keep(new QueueEvents(name, { connection })),
  work: (process, options = {}) => keep(new Worker(name, process, { connection, ...options })),
});
const patience = 20000;

async function jobsAreDone() {
  const { queue, events, work } = make('plain');
  await events.waitUntilReady();
  work(async job => job.data.n * 2, { concurrency: 5 });
  const jobs = await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: 'double', data: { n } })));
  const results = await Promise.all(jobs.map(job => job.waitUntilFinished(events, patience)));
  assert.deepEqual(results, Array.from({ length: 50 }, (_, n) => n * 2));
  assert.equal((await queue.getJobCounts('completed')).completed, 50);
}

async function failuresAreTriedAgain() {
  const { queue, events, work } = make('failing');
  await events.waitUntilReady();
  let tries = 0;
  work(async job => { if (++tries < 3) throw new Error('not yet'); return job.attemptsMade; });
  const job = await queue.add('third time', {}, { attempts: 3, backoff: { type: 'fixed', delay: 20 } });
  assert.equal(await job.waitUntilFinished(events, patience), 2);
  const lost = await queue.add('never', {}, { attempts: 1 });
  tries = -10;
  await assert.rejects(lost.waitUntilFinished(events, patience), /not yet/);
  assert.equal((await queue.getFailed()).length, 1);
}

async function delayedAndByPriority() {
  const { queue, events, work } = make('delayed');
  await events.waitUntilReady();
  const order = [];
  const delayed = await queue.add('late', {}, { delay: 300 });
  const jobs = [delayed];
  for (const priority of [3, 1, 2]) jobs.push(await queue.add('p' + priority, {}, { priority }));
  work(async job => { order.push(job.name); });
  await Promise.all(jobs.map(job => job.waitUntilFinished(events, patience)));
  assert.deepEqual(order, ['p1', 'p2', 'p3', 'late']);
}

async function repeated() {
  const { queue, work } = make('repeated');
  const done = new Promise(resolve => { let count = 0; work(async () => { if (++count === 3) resolve(); }); });
  await queue.upsertJobScheduler('ticks', { every: 100 }, { name: 'tick', data: {} });
  await done;
  assert.equal(await queue.removeJobScheduler('ticks'), true);
}

async function rateLimited() {
  const { queue, events, work } = make('limited');
  await events.waitUntilReady();
  const starts = [];
  work(async () => { starts.push(Date.now()); }, { limiter: { max: 2, duration: 200 } });
  const jobs = await queue.addBulk(Array.from({ length: 6 }, (_, n) => ({ name: 'n' + n, data: {} })));
  await Promise.all(jobs.map(job => job.waitUntilFinished(events, patience)));
  assert.ok(starts[5] - starts[0] >= 350, `six jobs of two in 200 ms took ${starts[5] - starts[0]} ms`);
}

async function pausedAndResumed() {
  const { queue, events, work } = make('paused');
  await events.waitUntilReady();
  await queue.pause();
  work(async () => 'done');
  const job = await queue.add('waits', {});
  await new Promise(resolve => setTimeout(resolve, 150));
  assert.notEqual(await job.getState(), 'completed');
  assert.equal(await queue.isPaused(), true);
  await queue.resume();
  assert.equal(await job.waitUntilFinished(events, patience), 'done');
}

async function flow() {
  const { events, work } = make('parents');
  await events.waitUntilReady();
  make('children').work(async job => job.data.n);
  work(async job => Object.values(await job.getChildrenValues()).reduce((sum, n) => sum + n, 0));
  const flow = keep(new FlowProducer({ connection }));
  const tree = await flow.add({ name: 'sum', queueName: 'parents', children: [1, 2, 3].map(n => ({ name: 'c' + n, queueName: 'children', data: { n } })) });
  assert.equal(await tree.job.waitUntilFinished(events, patience), 6);
}

for (const part of [jobsAreDone, failuresAreTriedAgain, delayedAndByPriority, repeated, rateLimited, pausedAndResumed, flow]) await part();
await Promise.all(open.map(thing => thing.close()));
console.log('OK');
process.exit(process.exitCode ?? 0);
