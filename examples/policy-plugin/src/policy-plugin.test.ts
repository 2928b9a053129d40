import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { browserEnforcer } from './browser-enforcer.js';
import { openOffice } from './office.js';

let folder: string;
let office: Awaited<ReturnType<typeof openOffice>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmm-browser-policy-'));
  office = await openOffice(folder);
});
afterEach(async () => {
  await office.close();
  await rm(folder, { recursive: true, force: true });
});

const ADBLOCKER = 'c'.repeat(32);
const PASSWORDS = 'p'.repeat(32);
const written = async () => JSON.parse(await readFile(office.file, 'utf8')) as unknown;

test('a type of a plugin is made, merged, delivered and obeyed like the built-in ones', async () => {
  const { policies, devices } = office.api;
  const make = (name: string, settings: Record<string, unknown>, more = {}) =>
    policies.create({
      name,
      type: 'browser',
      level: 'system',
      targets: [{ kind: 'filter', id: 'default-all' }],
      settings,
      ...more,
    });
  await expect(make('Wrong', { startPage: 'nowhere' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('settings.startPage'),
  });
  await make('All', { startPage: 'https://intranet.example/', extensions: [ADBLOCKER] });
  await make('Strict', { incognito: 'disabled', extensions: [PASSWORDS] }, { enforced: true });
  await policies.push();
  await vi.waitFor(async () =>
    expect(await written()).toEqual({
      HomepageLocation: 'https://intranet.example/',
      RestoreOnStartup: 4,
      RestoreOnStartupURLs: ['https://intranet.example/'],
      IncognitoModeAvailability: 1,
      ExtensionInstallForcelist: [PASSWORDS, ADBLOCKER].map((id) => expect.stringContaining(`${id};https://`)),
    }),
  );
  const [device] = (await devices.list()).items;
  const deviceId = device?.id ?? '';
  await vi.waitFor(async () =>
    expect(await policies.explain({ deviceId })).toMatchObject({
      types: [{ type: 'browser', label: 'Browser' }],
      delivery: { state: 'in-force', ignored: [] },
    }),
  );
  for (const { id } of (await policies.list()).items) await policies.remove({ policyId: id });
  await vi.waitFor(() => expect(existsSync(office.file)).toBe(false));
});

test('what the browser is told follows from the settings alone', async () => {
  const enforcer = browserEnforcer(join(folder, 'chromium'));
  await enforcer.apply({ startPage: 'https://a.example/' });
  expect(await written()).toMatchObject({ HomepageLocation: 'https://a.example/' });
  await enforcer.apply({ unknown: true });
  expect(await written()).toEqual({});
  await enforcer.apply(undefined);
  await enforcer.apply(undefined);
  expect(existsSync(office.file)).toBe(false);
});
