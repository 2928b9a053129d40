import { sqliteStorage } from '@rmm/adapters-sqlite';
import { parseEnrolmentToken } from '@rmm/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { silentTransport } from '../testing/silent-transport.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

const HOUR_MS = 3_600_000;
const endpoint = { urls: ['wss://rmm.example/agent', 'wss://10.0.0.1:7000'], pin: 'pin-of-the-server' };
const storage = sqliteStorage({ memory: true });
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let profileId: string;
beforeAll(async () => {
  server = await testRmm({ storage, transport: silentTransport(endpoint) });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  host = await server.system();
  api = server.rmm.as(host);
  profileId = (await api.profiles.create({ name: 'A' })).id;
});

const redeem = (token: string, hostname: string) => TestAgent.redeem(server.rmm, host, token, { hostname });

test('a token says where the server is, how to know it, and is shown once', async () => {
  const made = await api.enrolments.create({ profileId, expiresInMs: HOUR_MS, uses: 3 });
  const { token, command, ...shown } = made;
  expect(command).toBe(`rmm-agent run --token ${token}`);
  const parsed = parseEnrolmentToken(token);
  expect(parsed).toMatchObject({ ...endpoint, id: `${host.systemId}.${made.id}` });
  expect(Buffer.from(parsed.systemKey, 'base64url')).toHaveLength(32);
  expect(Buffer.from(parsed.secret, 'base64url')).toHaveLength(24);
  expect(shown).toMatchObject({ profileId, createdBy: 'test', usesLeft: 3, used: 0 });
  expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBe(HOUR_MS);
  expect((await api.enrolments.list({ profileId })).items).toEqual([shown]);
  expect(JSON.stringify(await storage.find('enrolment'))).not.toContain(parsed.secret);
});

test('the command leads through the Profile’s proxy, without telling its password', async () => {
  const proxy = { host: 'proxy.lan', port: 3128, username: 'u', password: 'proxy-secret' };
  await api.profiles.update({ profileId, proxy });
  const { token, command } = await api.enrolments.create({ profileId });
  expect(command).toBe(`rmm-agent run --token ${token} --proxy http://proxy.lan:3128`);
  const hostile = { ...proxy, host: 'x;reboot' };
  await expect(api.profiles.update({ profileId, proxy: hostile })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a server without transport says so instead of making a useless token', async () => {
  await using bare = await testRmm({ storage: sqliteStorage({ memory: true }), transport: null });
  const other = bare.rmm.as(await bare.system());
  const { id } = await other.profiles.create({ name: 'A' });
  const message = expect.stringContaining('transport');
  await expect(other.enrolments.create({ profileId: id })).rejects.toMatchObject({ code: 'INVALID_INPUT', message });
  expect((await other.enrolments.list({ profileId: id })).items).toEqual([]);
});

test('a token admits as many devices as it was made for, however many ask at once', async () => {
  const { token } = await api.enrolments.create({ profileId, uses: 2 });
  const results = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((name) => redeem(token, name)));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused).toMatchObject(Array(3).fill({ code: 'ENROLMENT_TOKEN_EXPIRED' }));
  expect((await api.devices.list()).total).toBe(2);
  expect((await api.enrolments.list({ profileId })).items).toEqual([]);
});

test('a token without limit counts its uses', async () => {
  const { token } = await api.enrolments.create({ profileId });
  await redeem(token, 'a');
  await redeem(token, 'b');
  expect((await api.enrolments.list({ profileId })).items).toMatchObject([{ usesLeft: null, used: 2 }]);
});

test('expired, revoked and forged tokens admit nobody', async () => {
  const expiring = await api.enrolments.create({ profileId, expiresInMs: HOUR_MS });
  const revoked = await api.enrolments.create({ profileId });
  await api.enrolments.revoke({ profileId, enrolmentId: revoked.id });
  await expect(redeem(revoked.token, 'a')).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
  await expect(api.enrolments.revoke({ profileId, enrolmentId: revoked.id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const forged = server.rmm.call(host, 'agents.enrol', {
    enrolmentId: expiring.id,
    secret: 'guessed',
    publicKey: 'k',
    hostname: 'h',
    platform: 'linux',
    agentVersion: '1',
    remoteAddress: '',
  });
  await expect(forged).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
  server.clock.advance(HOUR_MS);
  expect((await api.enrolments.list({ profileId })).items).toEqual([]);
  await expect(redeem(expiring.token, 'b')).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_EXPIRED' });
  server.clock.advance(31 * 24 * HOUR_MS);
  await api.enrolments.create({ profileId });
  await expect(redeem(expiring.token, 'b')).rejects.toMatchObject({ code: 'ENROLMENT_TOKEN_INVALID' });
  expect((await api.devices.list()).total).toBe(0);
});
