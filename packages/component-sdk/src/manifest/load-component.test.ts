import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../../../../test/support/requires.js';
import { findProgram } from '../run/find-program.js';
import { loadComponent } from './load-component.js';

let folder: string;
let manifest: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-load-component-'));
  mkdirSync(join(folder, 'mine'));
  manifest = join(folder, 'mine', 'component.json');
  const fields = {
    uid: '0197f3c2-0000-7000-8000-000000000001',
    name: 'Mine',
    language: 'shell',
    scriptFile: 'script.sh',
  };
  writeFileSync(manifest, JSON.stringify(fields));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a script beside its manifest is read, without its byte-order mark', async () => {
  writeFileSync(join(folder, 'mine', 'script.sh'), '\uFEFFecho hi');
  expect((await loadComponent(manifest)).script).toBe('echo hi');
});

test('a script that is missing is named', async () => {
  const named = { code: 'INVALID_INPUT', message: expect.stringContaining('script.sh cannot be read') };
  await expect(loadComponent(manifest)).rejects.toMatchObject(named);
});

describe.runIf(requires('mkfifo', findProgram('mkfifo') !== undefined))('a link that leads out of the folder', () => {
  test('is not even opened', async () => {
    // Whoever opens this to read waits for good.
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('../pipe', join(folder, 'mine', 'script.sh'));
    const outside = { code: 'INVALID_INPUT', message: expect.stringContaining('outside') };
    await expect(loadComponent(manifest)).rejects.toMatchObject(outside);
  });
});
