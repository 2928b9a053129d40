import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { makeUser } from '../test-support/furnished-system.js';
import { sampleAudit } from '../testing/sample-audit.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { toCsv } from './csv.js';
import { readMemberCsv } from './read-member-csv.js';

let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let a: string;
let b: string;
let groupId: string;
beforeAll(async () => {
  server = await testRmm({ storage: sqliteStorage({ memory: true }) });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  host = await server.system();
  api = server.rmm.as(host);
  a = (await api.profiles.create({ name: 'A' })).id;
  b = (await api.profiles.create({ name: 'B' })).id;
  groupId = (await api.groups.create({ name: 'G', kind: 'system-devices' })).id;
});

async function enrol(hostname: string, profileId = a, serial?: string, mac?: string): Promise<string> {
  const agent = await TestAgent.enrol(server.rmm, host, { profileId, hostname });
  if (serial === undefined) return agent.deviceId;
  const { hardware, network, system } = sampleAudit();
  await agent.audit({
    ...(system && { system: { ...system, hostname } }),
    ...(hardware && { hardware: { ...hardware, serial } }),
    ...(network && { network: { adapters: [{ name: 'eth0', mac: mac ?? '', addresses: [] }] } }),
  });
  return agent.deviceId;
}
const members = async (id = groupId) => [...(await api.groups.members({ groupId: id })).ids].sort();
const none = { total: 0, lines: [] };

test('a file names devices by what its head says, in the ways in which spreadsheets write files', async () => {
  const one = await enrol('till-1', a, '-SN 1', '02:00:00:00:00:0a');
  const two = await enrol('TILL-2', b, 'SN-2', '02:00:00:00:00:0b');
  const files = [
    'Hostname\r\ntill-1\r\nTill-2\r\n',
    '\uFEFFNo;"Computer Name"\r\n1;TILL-1\r\n;;\r\n2;till-2',
    "Serial number\n'-SN 1\nsn-2\n",
    'MAC address,x\n02-00-00-00-00-0A,\n"0200.0000.000B; 02:ff:00:00:00:00",\n',
    `hostname,ID\nwrong,${one}\nwrong,${two}\n`,
    'Size;Place, floor;Hostname\n1,5;till-9, till-8;till-1\n2;;till-2\n',
    'No,Place; floor,Hostname\n1,A; B; C,till-1\n2,,till-2\n',
    'Hostname\r\ntill-1\ntill-2\r\n',
  ];
  for (const csv of files) {
    expect(await api.groups.importCsv({ groupId, csv })).toEqual({
      added: 2,
      removed: 0,
      unknown: none,
      ambiguous: none,
    });
    expect(await members()).toEqual([one, two].sort());
    await api.groups.removeDevices({ groupId, deviceIds: [one, two] });
  }
  expect(await api.groups.importCsv({ groupId, csv: 'till-1\ntill-2\n', by: 'hostname' })).toMatchObject({ added: 2 });
  expect((await api.devices.list({ groupId })).total).toBe(2);
  expect(await api.groups.importCsv({ groupId, csv: 'hostname\ntill-2', mode: 'replace' })).toMatchObject({
    added: 0,
    removed: 1,
  });
  expect((await api.devices.list({ groupId })).items.map(({ id }) => id)).toEqual([two]);
});

test('lines that name nothing, several or what does not fit are told, and the rest is done', async () => {
  const group = await api.groups.create({ name: 'P', kind: 'profile-devices', profileId: a });
  const [own, ...twins] = [await enrol('own'), await enrol('twin'), await enrol('twin')];
  await enrol('other', b);
  await api.devices.remove({ deviceIds: [await enrol('gone')] });
  const csv = 'hostname\nown\nnobody\n\n"twin"\nother\ngone\nOWN\n';
  const result = await api.groups.importCsv({ groupId: group.id, csv });
  expect(result).toMatchObject({ added: 1, removed: 0 });
  expect(result.unknown).toEqual({
    total: 3,
    lines: [
      { line: 3, value: 'nobody', reason: 'Nothing that you see is called so' },
      { line: 6, value: 'other', reason: 'The device is in another Profile' },
      { line: 7, value: 'gone', reason: 'The device is suspended' },
    ],
  });
  expect(result.ambiguous).toMatchObject({ total: 1, lines: [{ line: 5, value: 'twin' }] });
  expect([...(result.ambiguous.lines[0]?.ids ?? [])].sort()).toEqual(twins.sort());
  expect(await members(group.id)).toEqual([own]);
  const many = `hostname\n${Array.from({ length: 150 }, (_, i) => `x${i}`).join('\n')}`;
  const { unknown } = await api.groups.importCsv({ groupId: group.id, csv: many });
  expect([unknown.total, unknown.lines.length]).toEqual([150, 100]);
});

test('what is no file of this kind changes nothing and says why', async () => {
  const deviceIds = [await enrol('one')];
  await api.groups.addDevices({ groupId, deviceIds });
  const wrong = [
    ['hostname\n"open', /Quote Not Closed.*line 2/],
    ['colour,size\nred,5', /“hostname”/],
    ['one', /“by”/],
    ['a,b\nc,d', /no column headed “serial number”$/, 'serial'],
    ['', /no column/],
    [`hostname${'\n'.repeat(200_000)}`, /more than 200000 lines/],
  ] as const;
  for (const [csv, message, by] of wrong) {
    const call = api.groups.importCsv({ groupId, csv, mode: 'replace', ...(by && { by }) });
    await expect(call).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
  }
  const call = api.groups.importCsv({ groupId, csv: `hostname\n${'x'.repeat(3_000_000)}` });
  await expect(call).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await members()).toEqual(deviceIds);
});

test('a group of Profiles takes them by name or id; what was exported can be imported', async () => {
  const profiles = await api.groups.create({ name: 'P', kind: 'system-profiles' });
  const device = await enrol('=cmd', a, 'S', '02:00:00:00:00:0c');
  expect(await api.groups.importCsv({ groupId: profiles.id, csv: 'Site\nb\nA' })).toMatchObject({ added: 2 });
  expect((await api.devices.list({ groupId: profiles.id })).total).toBe(1);
  await api.groups.importCsv({ groupId, csv: device, by: 'id' });
  for (const [id, expected] of [
    [profiles.id, [a, b].sort()],
    [groupId, [device]],
  ] as const) {
    const { text } = await api.groups.exportCsv({ groupId: id });
    await api.groups.importCsv({ groupId: id, csv: 'id\nx', mode: 'replace' });
    expect(await members(id)).toEqual([]);
    const kind = id === groupId ? 'hostname' : 'name';
    expect(await api.groups.importCsv({ groupId: id, csv: text, by: kind })).toMatchObject({ unknown: none });
    expect(await members(id)).toEqual(expected);
  }
});

test('who does not see a device neither adds nor removes it', async () => {
  const [seen, hidden] = [await enrol('seen'), await enrol('hidden', b)];
  await api.groups.addDevices({ groupId, deviceIds: [seen, hidden] });
  const user = await makeUser({ host, api }, 'clerk', 'manage');
  const [role] = (await api.users.list()).items.flatMap(({ roleId }) => roleId);
  const empty = { profiles: [], groups: [], filters: [] };
  await api.roles.update({ roleId: role ?? '', visibility: { include: { ...empty, profiles: [a] }, exclude: empty } });
  const clerk = server.rmm.as(user);
  expect((await clerk.groups.exportCsv({ groupId })).text).not.toContain('hidden');
  const result = await clerk.groups.importCsv({ groupId, csv: 'hostname\nhidden\n', mode: 'replace' });
  expect(result).toMatchObject({ added: 0, removed: 1, unknown: { total: 1 } });
  expect(await members()).toEqual([hidden]);
});

test('any value that can be exported is read back', () => {
  const cell = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((text) => text.trim())
    .filter((text) => text !== '');
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (values) => {
      fc.pre(values.every((value) => !value.startsWith("'")));
      const { members: read } = readMemberCsv(
        toCsv([['Hostname', 'Id'], ...values.map((v) => [v, ''])]),
        ['hostname'],
        undefined,
      );
      expect(read.map(({ value }) => value)).toEqual(values);
    }),
  );
});
