import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { seededIds } from '../testing/seeded-ids.js';
import { TestAgent } from '../testing/test-agent.js';
import { testRmm } from '../testing/test-rmm.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmm-restart-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (seed: number) =>
  testRmm({
    storage: sqliteStorage({ file: join(folder, 'rmm.db'), durability: 'process-crash' }),
    ids: seededIds(seed),
  });

async function everything(api: RmmApi, profileId: string, deviceId: string, groupId: string, filterId: string) {
  return {
    system: await api.system.get(),
    profiles: await api.profiles.list(),
    variables: await api.variables.list({ profileId }),
    enrolments: await api.enrolments.list({ profileId }),
    devices: [await api.devices.list(), await api.devices.list({ suspended: true }), await api.devices.tags()],
    found: await api.devices.list({ filterId, groupId }),
    software: await api.devices.list({ filter: { field: 'software.name', condition: 'equals', term: 'openssl' } }),
    notes: await api.notes.list({ deviceId }),
    groups: await api.groups.list(),
    filters: await api.filters.list(),
    dashboard: await api.system.dashboard(),
  };
}

test('a restarted server shows everything as it was, and a token still admits', async () => {
  const first = await open(1);
  const host = await first.system();
  const api = first.rmm.as(host);
  const proxy = { host: 'proxy.lan', port: 3128, username: 'u', password: 'p' };
  const { id: profileId } = await api.profiles.create({ name: 'A', proxy, mailRecipients: ['a@example.com'] });
  const one = await TestAgent.enrol(first.rmm, host, { profileId, hostname: 'one' });
  const two = await TestAgent.enrol(first.rmm, host, { profileId, hostname: 'two' });
  const { deviceId } = one;
  await one.audit();
  await one.connect();
  await one.disconnect();
  await api.devices.tag({ deviceIds: [deviceId], add: ['vip'] });
  await api.devices.favourite({ deviceIds: [deviceId], favourite: true });
  await api.devices.update({ deviceId, description: 'd', customFields: ['1', '2', '3', '4', '5'] });
  await api.devices.remove({ deviceIds: [two.deviceId] });
  await api.variables.set({ name: 'V', value: 'v' });
  await api.variables.set({ name: 'W', value: 'w', masked: true, profileId });
  await api.notes.add({ deviceId, text: 'note' });
  const { id: groupId } = await api.groups.create({ name: 'G', kind: 'system-devices' });
  await api.groups.addDevices({ groupId, deviceIds: [deviceId] });
  const filter = { field: 'device.tags', condition: 'equals', term: 'vip' } as const;
  const { id: filterId } = await api.filters.create({ name: 'F', filter, scope: [profileId] });
  const { token } = await api.enrolments.create({ profileId, uses: 2 });
  const before = await everything(api, profileId, deviceId, groupId, filterId);
  expect([before.found.total, before.software.total]).toEqual([1, 1]);
  await first[Symbol.asyncDispose]();

  await using second = await open(2);
  const after = second.rmm.as(host);
  expect(await everything(after, profileId, deviceId, groupId, filterId)).toEqual(before);
  await TestAgent.redeem(second.rmm, host, token, { hostname: 'three' });
  expect((await after.devices.list()).items.map(({ hostname }) => hostname)).toEqual(['srv-1', 'three']);
});
