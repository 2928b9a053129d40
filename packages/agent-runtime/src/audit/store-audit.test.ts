import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAgentFrame } from '@rmm/protocol/codec';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { storeAudit } from './store-audit.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmm-store-audit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const volumes = (mount: string) => ({ volumes: { volumes: [{ mount, sizeBytes: 2, freeBytes: 1 }] } });

test('leaves a frame a section, for its owner alone, and removes those that were not found', async () => {
  const { at, hashes } = await storeAudit(volumes('/'), folder, 7);
  expect([at, Object.keys(hashes)]).toEqual([7, ['volumes']]);
  const path = join(folder, 'volumes.frame');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(decodeAgentFrame(readFileSync(path))).toEqual({ kind: 'auditData', at: 7, sections: volumes('/') });
  await storeAudit({}, folder, 8);
  expect(readdirSync(folder)).toEqual([]);
});

test('replaces a frame as a whole: whoever reads the old one reads it to its end', async () => {
  await storeAudit(volumes('/old'), folder, 1);
  const reader = join(folder, 'as-opened');
  linkSync(join(folder, 'volumes.frame'), reader);
  const before = readFileSync(reader);
  await storeAudit(volumes('/new'), folder, 2);
  expect(readFileSync(reader)).toEqual(before);
});
