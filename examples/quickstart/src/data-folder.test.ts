import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder } from './data-folder.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmm-quickstart-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the master key is made once, for its owner alone, and found again', async () => {
  const data = join(folder, 'data');
  const made = await Promise.all(Array.from({ length: 8 }, () => openDataFolder(data)));
  expect(new Set(made.map(({ masterKey }) => Buffer.from(masterKey).toString('hex'))).size).toBe(1);
  expect(made[0]?.masterKey).toHaveLength(32);
  expect((await openDataFolder(data)).masterKey).toEqual(made[0]?.masterKey);
  expect(await readdir(data)).toEqual(['master.key']);
  expect((await stat(join(data, 'master.key'))).mode & 0o777).toBe(0o600);
});

test('a damaged master key is named together with the way out', async () => {
  await writeFile(join(folder, 'master.key'), '');
  await expect(openDataFolder(folder)).rejects.toMatchObject({
    code: 'SECRET_UNREADABLE',
    message: expect.stringContaining(join(folder, 'master.key')),
  });
});
