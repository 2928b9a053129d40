import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PolicyEnforcer, PolicySettings } from './policy-enforcer.js';
import { PolicyKeeper } from './policy-keeper.js';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-keeper-test-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, 'policy.json');
const open = (...enforcers: readonly PolicyEnforcer[]) =>
  PolicyKeeper.open(path(), enforcers, (level, message) => lines.push(`${level} ${message}`), 50);
const browser = (startPage: string) => ({ browser: { startPage } });
const applied = (hash: string, document: Record<string, Record<string, unknown>>) =>
  ({ kind: 'policy.apply', hash, document }) as const;

/** An enforcer of which each call ends only when the test says so. */
class Slow implements PolicyEnforcer {
  readonly type = 'browser';
  readonly seen: (PolicySettings | undefined)[] = [];
  readonly #ends: (() => void)[] = [];

  apply(settings: PolicySettings | undefined): Promise<void> {
    this.seen.push(settings);
    return new Promise((resolve) => this.#ends.push(resolve));
  }

  async end(): Promise<void> {
    this.#ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('an enforcer that hangs', () => {
  test('holds up neither the start of the agent nor what comes after, and is told as ignored', async () => {
    const quick: (PolicySettings | undefined)[] = [];
    const slow = new Slow();
    const keeper = await open(slow, { type: 'power', apply: (settings) => void quick.push(settings) });
    const document = { ...browser('a'), power: { plan: 'balanced' } };
    expect(await keeper.apply(applied('h1', document), 1)).toEqual({ hash: 'h1', ignored: ['browser'] });
    expect(quick).toEqual([undefined, { plan: 'balanced' }]);
    expect(keeper.hash).toBe('h1');
    expect(lines).toContain(
      'error Policies of the type browser are not obeyed: it has not come to an end within 0.05 s',
    );
  });

  test('is called once at a time, and gets the newest settings when it is through', async () => {
    const slow = new Slow();
    const keeper = await open(slow);
    await keeper.apply(applied('h1', browser('a')), 1);
    await keeper.apply(applied('h2', browser('b')), 2);
    expect(slow.seen).toEqual([undefined]);
    await slow.end();
    expect(slow.seen).toEqual([undefined, { startPage: 'b' }]);
    await slow.end();
    const next = keeper.apply(applied('h3', browser('c')), 3);
    await new Promise((resolve) => setImmediate(resolve));
    while (slow.seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await slow.end();
    expect(await next).toEqual({ hash: 'h3', ignored: [] });
  });
});

test.each([
  'null',
  '5',
  '[]',
  '{}',
  '{"hash":7,"counter":1,"document":{}}',
  `{"hash":"${'x'.repeat(65)}","counter":1,"document":{}}`,
  '{"hash":"h","document":{}}',
  '{"hash":"h","counter":1e300,"document":{}}',
  '{"hash":"h","counter":1}',
  '{"hash":"h","counter":1,"document":"agent"}',
  '{"hash":"h","counter":1,"document":{"agent":null}}',
])('a file that is whole and holds %s is as none', async (json) => {
  writeFileSync(path(), `${createHash('sha256').update(json).digest('hex')}\n${json}\n`);
  const seen: (PolicySettings | undefined)[] = [];
  const keeper = await open({ type: 'agent', apply: (settings) => void seen.push(settings) });
  expect(keeper.hash).toBeUndefined();
  expect(seen).toEqual([undefined]);
  expect(lines).toEqual([expect.stringMatching(/^warn The policies on the disk are lost .* holds no policies$/)]);
  expect(await keeper.apply(applied('h', {}), 1)).toEqual({ hash: 'h', ignored: [] });
});
