import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '@rmm/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentState } from '../storage/agent-state.js';
import { carriedOut } from './command-ends.js';
import { Journal } from './journal.js';
import { entryFileName } from './journal-entry.js';

let root: string;
let folder: string;
let state: AgentState;
let journal: Journal;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rmm-journal-'));
  folder = join(root, 'journal');
  mkdirSync(folder);
  state = await AgentState.open(join(root, 'state.json'));
  journal = await Journal.open(folder, state);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const command = (id: string, counter = 1, expiresAt = 1000): Command => ({
  v: 1,
  id,
  systemId: 's',
  deviceId: 'd',
  counter,
  issuedAt: 0,
  expiresAt,
  body: { kind: 'audit.run' },
});
const reopened = () => Journal.open(folder, state);

describe('Journal', () => {
  test('knows after a restart what was done before it', async () => {
    const [a, b, c, d] = [command('a', 1), command('b', 2), command('c', 3), command('d', 4)];
    for (const each of [d, c, b, a]) await journal.accept(each);
    await journal.starting('b', 77);
    await journal.running('b', { pid: 5, stamp: 'x' });
    await journal.end(c, carriedOut('c', 1));
    await journal.end(d, carriedOut('d', 1));
    await journal.settle(['d', 'unknown']);
    const after = await reopened();
    expect(after.in('accepted', 'starting', 'ended', 'settled').map(({ id, state: now }) => [id, now])).toEqual([
      ['a', 'accepted'],
      ['b', 'starting'],
      ['c', 'ended'],
      ['d', 'settled'],
    ]);
    expect(await after.command('a')).toEqual(a);
    expect(after.get('b')).toMatchObject({ startedAt: 77, process: { pid: 5, stamp: 'x' } });
    expect(await after.endOf('c')).toEqual(carriedOut('c', 1));
  });

  test('takes no step twice or backwards', async () => {
    const a = command('a');
    await journal.accept(a);
    await journal.end(a, carriedOut('a', 1));
    await Promise.all([
      journal.accept(a),
      journal.starting('a', 1),
      journal.running('a', { pid: 1 }),
      journal.end(a, carriedOut('a', 2)),
    ]);
    expect(await (await reopened()).endOf('a')).toEqual(carriedOut('a', 1));
  });

  test('ids are no paths', async () => {
    const ids = ['../../etc/passwd', '/x', 'a/b', '..', 'é', 'A', 'a'];
    for (const [index, id] of ids.entries()) await journal.accept(command(id, index + 1));
    expect(readdirSync(folder)).toHaveLength(ids.length);
    expect((await reopened()).in('accepted').map(({ id }) => id)).toEqual(ids);
  });

  test('a damaged file is known as such, by the command’s id', async () => {
    await journal.accept(command('a'));
    for (const text of ['', '{"v":1', '{"v":1,"id":"a","counter":1,"expiresAt":1,"state":"accepted"}', '[]']) {
      writeFileSync(join(folder, entryFileName('a')), text);
      const after = await reopened();
      expect(after.get('a')).toBe(undefined);
      expect(after.isDamaged('a')).toBe(true);
      expect(after.isDamaged('b')).toBe(false);
    }
  });

  test('forgets what is settled and expired, and refuses it for ever', async () => {
    for (const [id, counter, expiresAt] of [
      ['a', 1, 10],
      ['b', 2, 10],
      ['c', 3, 30],
      ['d', 4, 10],
    ] as const) {
      await journal.accept(command(id, counter, expiresAt));
      if (id !== 'd') await journal.end(command(id, counter, expiresAt), carriedOut(id, 1));
    }
    await journal.settle(['a', 'b', 'c']);
    await journal.prune(20);
    expect(journal.in('accepted', 'settled').map(({ id }) => id)).toEqual(['c', 'd']);
    expect(journal.counterFloor).toBe(2);
    expect((await reopened()).get('a')).toBe(undefined);
    await journal.prune(20);
    expect(journal.counterFloor).toBe(2);
    await journal.clear();
    expect([journal.counterFloor, readdirSync(folder)]).toEqual([0, []]);
  });

  test('any order of steps leaves memory and disk of one mind', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('accept', 'starting', 'running', 'end', 'settle', 'prune'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await journal.clear();
        await Promise.all(
          steps.map(({ id, kind }) => {
            switch (kind) {
              case 'accept':
                return journal.accept(command(id));
              case 'starting':
                return journal.starting(id, 1);
              case 'running':
                return journal.running(id, { pid: 1 });
              case 'end':
                return journal.end(command(id), carriedOut(id, 1));
              case 'settle':
                return journal.settle([id]);
              default:
                return undefined;
            }
          }),
        );
        const after = await reopened();
        for (const id of ['a', 'b', 'c']) expect(after.get(id)).toEqual(journal.get(id));
      }),
      { numRuns: 25 },
    );
  });
});
