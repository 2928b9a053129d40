import { encodeAgentFrame } from '@rmm/protocol/codec';
import { afterEach, expect, test, vi } from 'vitest';
import { FairTurns } from './fair-turns.js';
import { startTransport } from './testing/bench.js';

afterEach(() => void vi.restoreAllMocks());

/** Keeps the processor busy. */
function toil(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('work beyond the budget waits for later turns, between which timers run', async () => {
  const turns = new FairTurns(5);
  const order: number[] = [];
  let timers = 0;
  const timer = setInterval(() => {
    timers += 1;
  }, 1);
  const workers = Array.from({ length: 40 }, (_, n) => ({
    go: () => {
      order.push(n);
      toil(1);
    },
  }));
  for (const worker of workers) turns.later(worker);
  while (order.length < workers.length) await new Promise((resolve) => setTimeout(resolve, 1));
  clearInterval(timer);
  expect(order).toEqual(workers.map((_, n) => n));
  expect(timers).toBeGreaterThanOrEqual(3);
});

test('there is no time left in a turn once its budget is spent, and time again in the next', async () => {
  let now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const turns = new FairTurns(5);
  expect(turns.hasTime()).toBe(true);
  now += 6;
  expect(turns.hasTime()).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  now += 2;
  expect(turns.hasTime()).toBe(true);
});

test('agents that flood hold up neither timers nor another agent', async () => {
  const FLOODERS = 10;
  const FRAMES = 100;
  let handled = 0;
  const bench = await startTransport({}, async () => {
    handled += 1;
    toil(0.5);
  });
  const flood = Array.from({ length: FRAMES }, (_, n) => encodeAgentFrame({ kind: 'started', id: 'x', at: n }));
  const flooders = await Promise.all(Array.from({ length: FLOODERS }, () => bench.connect()));
  const quiet = await bench.connect();
  let most = 0;
  let last = 0;
  const timer = setInterval(() => {
    most = Math.max(most, handled - last);
    last = handled;
  }, 1);
  for (const { sendBytes } of flooders) for (const bytes of flood) sendBytes(bytes);
  const began = handled;
  quiet.send({ kind: 'started', id: 'quiet', at: 0 });
  while (!bench.seen.at(-1)?.frames.length) await new Promise((resolve) => setTimeout(resolve, 1));
  // The quiet agent waited for its turn, not for the flood.
  expect(handled - began).toBeLessThan((FLOODERS * FRAMES) / 4);
  while (handled < FLOODERS * FRAMES + 1) await new Promise((resolve) => setTimeout(resolve, 1));
  clearInterval(timer);
  // 5 ms of work are 10 frames; a few times that may lie between two timers.
  expect(most).toBeLessThan(80);
  for (const { frames } of bench.seen.slice(0, FLOODERS)) {
    expect(frames.map((frame) => 'at' in frame && frame.at)).toEqual(Array.from({ length: FRAMES }, (_, n) => n));
  }
});
