import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CommitQueue } from './commit-queue.js';

let commits: number;
let db: Sqlite.Database;
let queue: CommitQueue;

beforeEach(() => {
  db = new Sqlite(':memory:', {
    verbose: (sql) => {
      if (sql === 'commit') commits++;
    },
  });
  db.exec(`create table parent (id integer primary key);
    create table item (id integer primary key, parent integer references parent (id) deferrable initially deferred);
    create table bulk (bytes blob)`);
  commits = 0;
  queue = new CommitQueue(db);
});
afterEach(() => {
  vi.restoreAllMocks();
  db.close();
});

/** A group also ends after some milliseconds, which a busy machine may take from it. */
const stopClock = () => void vi.spyOn(performance, 'now').mockReturnValue(0);

const insert = (id: number, parent: number | null = null) =>
  db.prepare('insert into item values (?, ?)').run(id, parent);
const stored = () => db.prepare('select id from item order by rowid').pluck().all();
const ids = (count: number) => Array.from({ length: count }, (_, i) => i);

test('many jobs share few commits, in the order they came', async () => {
  const order: number[] = [];
  const job = (id: number) =>
    queue.submit(true, async () => {
      order.push(id);
      insert(id);
      await Promise.resolve();
      return id * 2;
    });
  expect(await Promise.all(ids(500).map(job))).toEqual(ids(500).map((id) => id * 2));
  expect(order).toEqual(ids(500));
  // One when the machine is not busy; a group also ends after some milliseconds.
  expect(commits).toBeLessThan(50);
});

test('a group is bounded', async () => {
  await Promise.all(ids(2500).map((id) => queue.submit(false, () => insert(id))));
  expect(commits).toBeGreaterThanOrEqual(3);
  expect(stored()).toHaveLength(2500);
});

test('a job that comes alone is committed before its promise resolves', async () => {
  await queue.submit(true, () => insert(1));
  expect(commits).toBe(1);
  expect(db.inTransaction).toBe(false);
  await queue.submit(false, () => insert(2));
  expect(commits).toBe(2);
});

test('a slow job holds its group open, and jobs that come meanwhile join it', async () => {
  stopClock();
  let finish = () => {};
  const slow = queue.submit(true, () => new Promise<void>((resolve) => (finish = resolve)));
  const quick = queue.submit(true, () => insert(1));
  await Promise.resolve();
  finish();
  await Promise.all([slow, quick]);
  expect(commits).toBe(1);
});

test('a failed job leaves nothing behind and harms no other', async () => {
  const results = await Promise.allSettled([
    queue.submit(true, () => insert(1)),
    queue.submit(true, () => {
      insert(2);
      throw new Error('no');
    }),
    queue.submit(true, () => insert(3)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(stored()).toEqual([1, 3]);
});

test('when the commit fails, all jobs of the group fail, and the next group goes on', async () => {
  stopClock();
  const orphan = ids(3).map((id) => queue.submit(true, () => insert(id, id === 1 ? 99 : null)));
  const results = await Promise.allSettled(orphan);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(stored()).toEqual([]);
  await queue.submit(true, () => insert(7));
  expect(stored()).toEqual([7]);
});

test('on a full disk the job that needs room fails with a clear error; others go on when there is room', async () => {
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.pragma(`max_page_count = ${pages + 5}`);
  const fill = (bytes: number) => () => db.prepare('insert into bulk values (zeroblob(?))').run(bytes);
  const results = await Promise.allSettled([
    queue.submit(true, () => insert(1)),
    queue.submit(true, fill(10_000_000)),
    queue.submit(true, () => insert(2)),
  ]);
  expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_FULL' } });
  // Whatever SQLite gave up, promises and data agree.
  expect(stored()).toEqual([1, 2].filter((_, i) => results[i * 2]?.status === 'fulfilled'));
  db.pragma('max_page_count = 100000');
  await queue.submit(true, fill(100_000));
  await queue.submit(true, () => insert(9));
  expect(stored()).toContain(9);
});

test('is idle once everything is settled', async () => {
  const job = queue.submit(true, () => insert(1));
  await queue.idle();
  expect(stored()).toEqual([1]);
  await job;
  await queue.idle();
});
