import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SimDisk } from './process-storage.js';
import { simulate } from './simulate.js';

/** One seed to replay, or how many to play. */
const replay = process.env.RMM_SIM_SEED;
const seeds = Number(process.env.RMM_SIM_SEEDS ?? 80);

const storage = sqliteStorage({ memory: true });
const disk = new SimDisk(storage);

beforeAll(async () => {
  // Long work gives way to others by the real clock, which would play no seed twice in the same way.
  vi.spyOn(performance, 'now').mockReturnValue(0);
  await simulate(0, disk);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await storage.close();
});

test.runIf(replay !== undefined)(`seed ${replay}`, async () => {
  await disk.wipe();
  await simulate(Number(replay), disk);
});

test.runIf(replay === undefined)(
  `nothing is lost and nothing runs twice, whatever happens (${seeds} seeds)`,
  async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      await disk.wipe();
      await simulate(seed, disk);
    }
  },
  60_000 + seeds * 5000,
);

test.runIf(replay === undefined)('a seed always plays the same', async () => {
  const fingerprints = [];
  for (let round = 0; round < 2; round++) {
    await disk.wipe();
    fingerprints.push(await simulate(4711, disk));
  }
  expect(fingerprints[0]).toBe(fingerprints[1]);
});
