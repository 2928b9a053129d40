import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '@rmm/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentState } from '../storage/agent-state.js';
import { carriedOut } from './command-ends.js';
import { Journal } from './journal.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-counter-floor-'));
  mkdirSync(join(folder, 'journal'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('no command is forgotten before the floor over it is on the disk, however often that fails', async () => {
  const body = { kind: 'audit.run' } as const;
  const command: Command = { v: 1, id: 'c', systemId: 's', deviceId: 'd', counter: 7, issuedAt: 0, expiresAt: 5, body };
  // A state whose file cannot be written: its folder is missing.
  const stateFile = join(folder, 'gone', 'state.json');
  const journal = await Journal.open(join(folder, 'journal'), await AgentState.open(stateFile));
  await journal.accept(command);
  await journal.end(command, carriedOut('c', 1));
  await journal.settle(['c']);
  await expect(journal.prune(6)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(journal.prune(6)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readdirSync(join(folder, 'journal'))).toHaveLength(1);

  mkdirSync(join(folder, 'gone'));
  await journal.prune(6);
  expect(readdirSync(join(folder, 'journal'))).toEqual([]);
  expect((await AgentState.open(stateFile)).values.counterFloor).toBe(7);
});
