import { sqliteStorage } from '@rmm/adapters-sqlite';
import { expect, test } from 'vitest';
import { enrolDevice } from '../testing/enrol-device.js';
import { testRmm } from '../testing/test-rmm.js';

test('a device enrols and is listed', async () => {
  await using server = await testRmm({ storage: sqliteStorage({ memory: true }) });
  const { rmm } = server;
  const host = await server.system();
  const api = rmm.as(host);
  const profile = await api.profiles.create({ name: ' Bilbao ' });
  expect(profile.name).toBe('Bilbao');
  const agent = await enrolDevice(rmm, host, { profileId: profile.id, hostname: 'xp2' });
  const list = await api.devices.list();
  expect(list).toMatchObject({ total: 1, items: [{ id: agent.deviceId, hostname: 'xp2', profileName: 'Bilbao' }] });
});
