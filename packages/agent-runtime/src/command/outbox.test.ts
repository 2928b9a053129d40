import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentState } from '../storage/agent-state.js';
import { Ballast } from '../storage/ballast.js';
import { failed } from './command-ends.js';
import { Journal } from './journal.js';
import { Outbox } from './outbox.js';

let folder: string;
let journal: Journal;
let outbox: Outbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-outbox-'));
  mkdirSync(join(folder, 'journal'));
  journal = await openJournal();
  outbox = new Outbox(journal, new Ballast(join(folder, 'ballast')), () => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const openJournal = async () =>
  Journal.open(join(folder, 'journal'), await AgentState.open(join(folder, 'state.json')));
const command: Command = {
  v: 1,
  id: 'c1',
  systemId: 's',
  deviceId: 'd',
  counter: 1,
  issuedAt: 0,
  expiresAt: Date.now() + 3_600_000,
  body: { kind: 'audit.run' },
};
const end = failed('c1', 1, 'AGENT_STORAGE_FULL', 'The journal cannot be written');
const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

describe('an end that the disk has no room for', () => {
  test('is kept in memory, and what ended so before it began is not run by the next process', async () => {
    await journal.accept(command);
    vi.spyOn(journal, 'end').mockRejectedValue(full());
    await outbox.put(command, end);
    expect((await openJournal()).in('accepted')).toEqual([]);
    // Known as before to this process, so that it is not taken on once more.
    expect(journal.get('c1')?.state).toBe('accepted');
  });

  test('leaves a script that has begun to be told as interrupted', async () => {
    await journal.accept(command);
    await journal.starting('c1', 1);
    vi.spyOn(journal, 'end').mockRejectedValue(full());
    await outbox.put(command, end);
    expect((await openJournal()).in('starting').map(({ id }) => id)).toEqual(['c1']);
  });

  test('takes the space that is kept for it', async () => {
    await journal.accept(command);
    vi.spyOn(journal, 'end').mockRejectedValueOnce(full());
    await outbox.put(command, end);
    expect(await (await openJournal()).endOf('c1')).toEqual(end);
  });
});
