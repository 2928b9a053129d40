import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storageConformance } from '@rmm/conformance/storage';
import { afterAll } from 'vitest';
import { sqliteStorage } from './sqlite-storage.js';

const folder = mkdtempSync(join(tmpdir(), 'rmm-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storageConformance({
  name: 'SQLite',
  open: (place) => sqliteStorage({ file: join(folder, place, 'data.db'), durability: 'process-crash' }),
  destroy: (place) => rm(join(folder, place), { recursive: true, force: true }),
});
