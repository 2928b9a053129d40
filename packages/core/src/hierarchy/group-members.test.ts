import { sqliteStorage } from '@rmm/adapters-sqlite';
import { expect, test } from 'vitest';
import { makeUser } from '../test-support/furnished-system.js';
import { TestAgent } from '../testing/test-agent.js';
import { testRmm } from '../testing/test-rmm.js';

test('groups of the System are filled by those who manage what holds in all Profiles', async () => {
  const server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  const host = await server.system();
  const api = server.rmm.as(host);
  const profileId = (await api.profiles.create({ name: 'North' })).id;
  const { deviceId } = await TestAgent.enrol(server.rmm, host, { profileId, hostname: 'one' });
  const ofSystem = (await api.groups.create({ name: 'Exempt', kind: 'system-devices' })).id;
  const ofProfile = (await api.groups.create({ name: 'Desks', kind: 'profile-devices', profileId })).id;
  const levels = { groups: 'manage', devices: 'view', 'system.targeting': 'disabled' } as const;
  const clerk = server.rmm.as(await makeUser({ host, api }, 'Clerk', levels));
  const forbidden = expect.objectContaining({ code: 'FORBIDDEN' });
  const members = { groupId: ofSystem, deviceIds: [deviceId] };
  await expect(clerk.groups.addDevices(members)).rejects.toEqual(forbidden);
  await api.groups.addDevices(members);
  await expect(clerk.groups.removeDevices(members)).rejects.toEqual(forbidden);
  await expect(clerk.groups.importCsv({ groupId: ofSystem, csv: 'id\nx', mode: 'replace' })).rejects.toEqual(forbidden);
  expect((await api.groups.members({ groupId: ofSystem })).ids).toEqual([deviceId]);
  expect((await clerk.groups.addDevices({ groupId: ofProfile, deviceIds: [deviceId] })).members).toBe(1);
  await server.rmm.stop();
});
