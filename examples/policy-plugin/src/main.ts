import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOffice } from './office.js';

const folder = await mkdtemp(join(tmpdir(), 'rmm-browser-policy-'));
const office = await openOffice(folder);
const obeyed = new Promise<void>((resolve) => {
  office.on('device.policy', ({ state }) => {
    if (state === 'in-force') resolve();
  });
});
await office.api.policies.create({
  name: 'Start page',
  type: 'browser',
  level: 'system',
  targets: [{ kind: 'filter', id: 'default-all' }],
  settings: { startPage: 'https://intranet.example/', incognito: 'disabled' },
});
await office.api.policies.push();
await obeyed;
console.log(`${office.file}:\n${await readFile(office.file, 'utf8')}`);
await office.close();
await rm(folder, { recursive: true, force: true });
