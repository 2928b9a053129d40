import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { processRef } from '@rmm/component-sdk/runner';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentState } from './agent-state.js';
import { Ballast } from './ballast.js';
import { clearLeftovers, openDataFolder, removeDataFolder } from './data-folder.js';
import { lockFolder } from './folder-lock.js';
import { TEMPORARY, writeDurably } from './write-durably.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-storage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeDurably', () => {
  test('replaces a file whole, readable for its owner alone, and leaves nothing beside it', async () => {
    const path = join(folder, 'x');
    await writeDurably(path, 'one');
    await writeDurably(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  test('many at once do not mix', async () => {
    const path = join(folder, 'x');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeDurably(path, text)));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['x']);
  });

  test('a failure leaves the old content', async () => {
    const path = join(folder, 'folder');
    await expect(writeDurably(join(path, 'x'), 'y')).rejects.toThrow();
    expect(existsSync(path)).toBe(false);
  });
});

describe('lockFolder', () => {
  const lock = () => join(folder, 'agent.lock');

  test('lets one in, and the next after it', async () => {
    const unlock = await lockFolder(lock());
    await expect(lockFolder(lock())).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    await unlock();
    await (await lockFolder(lock()))();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 - 3, stamp: 'x' })],
    ['whose number serves another process by now', JSON.stringify({ pid: process.ppid, stamp: 'another boot/1' })],
    ['that is empty, as a full disk leaves it', ''],
    ['that is junk', '{"pid":"x"}'],
  ])('takes over a lock %s', async (_name, content) => {
    writeFileSync(lock(), content);
    const unlock = await lockFolder(lock());
    await unlock();
  });

  test('keeps out of a lock that a living process holds', async () => {
    writeFileSync(lock(), JSON.stringify(processRef(process.ppid)));
    await expect(lockFolder(lock())).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
  });

  test('of many starters one wins, also over a stale lock, and over one that a crash left being cleared', async () => {
    for (let round = 0; round < 20; round++) {
      const stale = JSON.stringify({ pid: 2 ** 22 - 3, stamp: 'x' });
      writeFileSync(lock(), stale);
      if (round % 2) writeFileSync(`${lock()}.clearing`, stale);
      const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(lock())));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(readdirSync(folder)).toEqual(['agent.lock']);
    }
  });

  test('where processes have no stamp, a number from before the last boot is stale', async () => {
    writeFileSync(lock(), JSON.stringify({ pid: process.ppid, booted: 1000 }));
    await (await lockFolder(lock()))();
    writeFileSync(lock(), JSON.stringify({ pid: process.ppid, booted: Math.round(Date.now() / 1000 - uptime()) }));
    await expect(lockFolder(lock())).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
  });
});

describe('AgentState', () => {
  test('keeps values over a restart, whatever order they are set in', async () => {
    const path = join(folder, 'state.json');
    const state = await AgentState.open(path);
    expect(state.values).toEqual({ counterFloor: 0, clockOffsetMs: 0, auditedAt: 0, machine: '' });
    await Promise.all([state.set({ counterFloor: 7 }), state.set({ auditedAt: 9 }), state.set({ machine: 'm' })]);
    expect((await AgentState.open(path)).values).toEqual({
      counterFloor: 7,
      clockOffsetMs: 0,
      auditedAt: 9,
      machine: 'm',
    });
  });

  test.each(['', '{', '[]', 'null', '{"counterFloor":"x","auditedAt":null,"machine":3}'])(
    'is made anew from %j',
    async (text) => {
      const path = join(folder, 'state.json');
      writeFileSync(path, text);
      expect((await AgentState.open(path)).values.counterFloor).toBe(0);
    },
  );
});

describe('the data folder', () => {
  test('is its owner’s alone, and leaves no trace when removed', async () => {
    const parts = await openDataFolder(join(folder, 'a', 'b'));
    expect(statSync(parts.root).mode & 0o777).toBe(0o700);
    writeFileSync(parts.identity, '{}');
    await removeDataFolder(parts);
    expect(existsSync(parts.root)).toBe(false);
  });

  test('keeps what is not the agent’s', async () => {
    const parts = await openDataFolder(join(folder, 'a'));
    writeFileSync(join(parts.root, 'mine.txt'), 'x');
    await removeDataFolder(parts);
    expect(readdirSync(parts.root)).toEqual(['mine.txt']);
  });

  test('is cleared of what a crash left', async () => {
    const parts = await openDataFolder(folder);
    writeFileSync(join(parts.journal, `${TEMPORARY}1`), 'x');
    writeFileSync(join(parts.run, 'script'), 'x');
    writeFileSync(join(parts.journal, 'kept.json'), 'x');
    await clearLeftovers(parts);
    expect(readdirSync(parts.journal)).toEqual(['kept.json']);
    expect(readdirSync(parts.run)).toEqual([]);
  });

  test('that others could enter is closed to them', async () => {
    chmodSync(folder, 0o755);
    await openDataFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

test('ballast takes real space, once, until it is let go', async () => {
  const ballast = new Ballast(join(folder, 'ballast'));
  await ballast.hold();
  const first = readFileSync(join(folder, 'ballast'));
  expect(first.length).toBe(65_536);
  await ballast.hold();
  expect(readFileSync(join(folder, 'ballast')).equals(first)).toBe(true);
  await ballast.release();
  await ballast.release();
  expect(readdirSync(folder)).toEqual([]);
});
