import { sqliteStorage } from '@rmm/adapters-sqlite';
import { type AgentFrame, LIMITS, parseEnrolmentToken, RmmError } from '@rmm/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RmmApi } from '../core-api.js';
import { silentLogger } from '../port/logger.js';
import type { Storage } from '../storage/storage.js';
import { RawLink, settle } from '../test-support/raw-link.js';
import { type RecordedStorage, recordedStorage } from '../test-support/recorded-storage.js';
import { AgentDisk } from '../testing/agent-disk.js';
import { type MemoryTransport, memoryTransport } from '../testing/memory-transport.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';

let storage: RecordedStorage;
/** Thrown by the storage when it is to write. */
let fault: Error | undefined;
let transport: MemoryTransport;
let server: TestRmm;
let host: Awaited<ReturnType<TestRmm['system']>>;
let api: RmmApi;
let profileId: string;
const logged = vi.fn();

beforeEach(async () => {
  fault = undefined;
  logged.mockClear();
  storage = recordedStorage(faulty(sqliteStorage({ memory: true })));
  transport = memoryTransport();
  server = await testRmm({ storage, transport, logger: { ...silentLogger, error: logged, warn: logged } });
  host = await server.system();
  api = server.rmm.as(host);
  profileId = (await api.profiles.create({ name: 'P' })).id;
});
afterEach(() => server[Symbol.asyncDispose]());

function faulty(real: Storage): Storage {
  const { blobs, ...rest } = { blobs: real.blobs };
  return {
    ...rest,
    id: real.id,
    contract: 1,
    capabilities: real.capabilities,
    blobs,
    insert: (...args) => real.insert(...args),
    put: (...args) => real.put(...args),
    find: (...args) => real.find(...args),
    count: (...args) => real.count(...args),
    update: (...args) => real.update(...args),
    remove: (...args) => real.remove(...args),
    claim: (...args) => real.claim(...args),
    migrate: (models) => real.migrate(models),
    close: () => real.close(),
    transaction: (work) => (fault ? Promise.reject(fault) : real.transaction(work)),
  };
}

const token = async (input: { uses?: number | null; expiresInMs?: number } = {}) =>
  (await api.enrolments.create({ profileId, ...input })).token;
const link = (disk?: AgentDisk, address?: string) => new RawLink(transport, disk, address);
const device = async () => {
  const disk = new AgentDisk();
  const one = link(disk);
  const deviceId = (await one.enrol(await token())) ?? '';
  return { disk, deviceId, link: one };
};
const statusOf = async (deviceId: string) => (await api.devices.get({ deviceId })).status;
const devices = async () => (await api.devices.list()).total;

describe('joining', () => {
  test('an agent with a token becomes a device, and goes on over the same link', async () => {
    const one = link();
    const deviceId = (await one.enrol(await token(), { hostname: 'desk-7' })) ?? '';
    expect(await api.devices.get({ deviceId })).toMatchObject({ hostname: 'desk-7', status: 'offline', profileId });
    await one.hello(deviceId);
    expect(one.last('welcome')).toMatchObject({ version: 1, auditNow: true });
    expect(await api.devices.get({ deviceId })).toMatchObject({ status: 'online', externalIp: '192.0.2.7' });
  });

  test('asked twice with the same key gives the same device and uses the token up once', async () => {
    const [disk, once] = [new AgentDisk(), await token({ uses: 1 })];
    const first = await link(disk).enrol(once);
    const second = await link(disk).enrol(once);
    expect(second).toBe(first);
    expect(await devices()).toBe(1);
    const third = link();
    expect(await third.enrol(once)).toBeUndefined();
    expect(third.refusal).toBe('ENROLMENT_TOKEN_EXPIRED');
  });

  test('a token for one device admits one of many who ask at the same time', async () => {
    const once = await token({ uses: 1 });
    const links = Array.from({ length: 8 }, () => link());
    await settle();
    await Promise.all(links.map((one) => one.enrol(once)));
    await settle(60);
    expect(links.filter((one) => one.last('enrolled'))).toHaveLength(1);
    expect(await devices()).toBe(1);
  });

  test('is refused with the reason, and leaves nothing behind', async () => {
    const good = await token({ uses: null });
    const { id, secret } = parseEnrolmentToken(good);
    const enrolmentId = id.split('.')[1] ?? '';
    const elsewhere = await server.system('Elsewhere');
    const cases: [Parameters<RawLink['enrol']>[1], string][] = [
      [{ tokenSecret: 'wrong' }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenSecret: `${secret}x` }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenId: 'nonsense' }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenId: '.' }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenId: `nowhere.${enrolmentId}` }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenId: `${elsewhere.systemId}.${enrolmentId}` }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenId: `${host.systemId}.unknown` }, 'ENROLMENT_TOKEN_INVALID'],
      [{ tokenId: `${host.systemId}.a b` }, 'INVALID_INPUT'],
      [{ publicKey: new AgentDisk().keys.publicKey }, 'IDENTITY_REFUSED'],
      [{ publicKey: 'short' }, 'IDENTITY_REFUSED'],
      [{ proof: 'x' }, 'IDENTITY_REFUSED'],
      [{ versions: { min: 7, max: 9 } }, 'PROTOCOL_UNSUPPORTED'],
      [{ hostname: 'nul\0' }, 'INVALID_INPUT'],
    ];
    const before = await storage.dump();
    for (const [changes, code] of cases) {
      const one = link();
      expect(await one.enrol(good, changes)).toBeUndefined();
      expect([changes, one.refusal, one.hasEnded]).toEqual([changes, code, true]);
    }
    expect(await storage.dump()).toEqual(before);
  });

  test('a token that has expired or was revoked says so', async () => {
    const short = await token({ expiresInMs: 60_000 });
    const revoked = await api.enrolments.create({ profileId });
    await api.enrolments.revoke({ profileId, enrolmentId: revoked.id });
    server.clock.advance(60_000);
    const [late, gone] = [link(), link()];
    await late.enrol(short);
    await gone.enrol(revoked.token);
    expect([late.refusal, gone.refusal]).toEqual(['ENROLMENT_TOKEN_EXPIRED', 'ENROLMENT_TOKEN_INVALID']);
  });
});

describe('proving who it is', () => {
  test('an unknown device and a wrong proof are refused in the same words', async () => {
    const { deviceId } = await device();
    const [unknown, imposter] = [link(), link()];
    await unknown.hello('no-such-device');
    await imposter.hello(deviceId);
    expect(unknown.refusal).toBe('IDENTITY_REFUSED');
    expect(unknown.last('goodbye')).toEqual(imposter.last('goodbye'));
    expect(await statusOf(deviceId)).toBe('offline');
  });

  test('a hello that was overheard opens no second link', async () => {
    const { disk, deviceId } = await device();
    const first = link(disk);
    const overheard = await first.helloFrame(deviceId);
    await first.send(overheard);
    const second = link();
    await second.send(overheard);
    expect([first.refusal, second.refusal]).toEqual([undefined, 'IDENTITY_REFUSED']);
  });

  test.each<AgentFrame>([
    { kind: 'pull', limit: 16 },
    { kind: 'accepted', ids: ['x'] },
    { kind: 'refused', id: 'x', at: 0, code: 'INTERNAL', message: '' },
    { kind: 'started', id: 'x', at: 0 },
    { kind: 'output', id: 'x', stream: 'stdout', offset: 0, text: 'x' },
    { kind: 'auditOffer', at: 0, hashes: {} },
    { kind: 'auditData', at: 0, sections: {} },
  ])('nothing is done before it: $kind', async (frame) => {
    const before = await storage.dump();
    const one = link();
    await one.send(frame);
    expect([one.refusal, one.hasEnded]).toEqual(['IDENTITY_REFUSED', true]);
    expect(await storage.dump()).toEqual(before);
  });

  test('comes once: neither hello nor enrol after it', async () => {
    for (const again of ['hello', 'enrol'] as const) {
      const { disk, deviceId } = await device();
      const one = link(disk);
      await one.hello(deviceId);
      await (again === 'hello' ? one.hello(deviceId) : one.enrol(await token()));
      expect(one.refusal).toBe('IDENTITY_REFUSED');
      expect(await statusOf(deviceId)).toBe('offline');
    }
  });

  test('comes in time', async () => {
    const [silent, enrolled] = [link(), link()];
    await enrolled.enrol(await token());
    server.clock.advance(LIMITS.helloMs);
    await settle();
    expect([silent.refusal, enrolled.refusal]).toEqual(['IDENTITY_REFUSED', 'IDENTITY_REFUSED']);
  });

  test('needs a version that both speak', async () => {
    const { disk, deviceId } = await device();
    const one = link(disk);
    await one.hello(deviceId, { versions: { min: 2, max: 5 } });
    expect(one.refusal).toBe('PROTOCOL_UNSUPPORTED');
  });
});

describe('one device, several links', () => {
  test('the same computer anew takes the place of its old link, and stays online', async () => {
    const { disk, deviceId } = await device();
    const offline = vi.fn();
    server.rmm.on('device.offline', offline);
    const [first, second] = [link(disk), link(disk)];
    await first.hello(deviceId);
    await second.hello(deviceId);
    expect([first.refusal, second.refusal]).toEqual(['CONFLICT', undefined]);
    expect(await statusOf(deviceId)).toBe('online');
    expect(offline).not.toHaveBeenCalled();
  });

  test('another computer with the same identity is turned away, and somebody hears of it', async () => {
    const { disk, deviceId } = await device();
    const [first, clone] = [link(disk), link(disk, '198.51.100.9')];
    await first.hello(deviceId);
    await clone.hello(deviceId, { machine: 'another machine' });
    expect([first.refusal, clone.refusal]).toEqual([undefined, 'DEVICE_CLONED']);
    expect(await statusOf(deviceId)).toBe('online');
    expect(logged).toHaveBeenCalledWith(
      expect.stringContaining('second computer'),
      expect.objectContaining({ second: '198.51.100.9' }),
    );
  });

  test('a link that ends while its hello is being looked at leaves no device online', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const { disk, deviceId, link: enrolling } = await device();
      enrolling.link.hangUp();
      const one = link(disk);
      one.link.transmit(await one.helloFrame(deviceId));
      await settle(turns % 10);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      one.link.hangUp();
      await settle();
      expect([turns, await statusOf(deviceId)]).toEqual([turns, 'offline']);
    }
  });

  test('a device that could not be written down as offline is, once storage works again', async () => {
    const { disk, deviceId } = await device();
    const one = link(disk);
    await one.hello(deviceId);
    fault = new Error('disk full');
    one.link.hangUp();
    await settle();
    expect(await statusOf(deviceId)).toBe('online');
    fault = undefined;
    server.clock.advance(5000);
    await settle();
    expect(await statusOf(deviceId)).toBe('offline');
  });
});

describe("the server's own faults", () => {
  test.each([
    new Error('connect ECONNREFUSED 10.0.0.5:5432 password=hunter2'),
    new RmmError('STORAGE_UNWRITABLE', '/srv/secret/rmm.db cannot be written'),
    new RmmError('INTERNAL', 'table rmm_device is missing'),
    new RmmError('SECRET_UNREADABLE', 'the key in /etc/secret'),
  ])('are not told to agents: $message', async (thrown) => {
    const { disk, deviceId } = await device();
    const one = link(disk);
    fault = thrown;
    await one.hello(deviceId);
    expect(one.last('goodbye')).toEqual({
      kind: 'goodbye',
      code: 'INTERNAL',
      message: 'The server could not handle this; try again later',
    });
    expect(one.last('welcome')).toBeUndefined();
    expect(logged).toHaveBeenCalled();
  });
});

test('what an agent says of commands that are not its own changes nothing', async () => {
  const [victim, liar] = [await device(), await device()];
  const script = { language: 'shell', text: 'true' } as const;
  const { id: jobId } = await api.jobs.run({ deviceIds: [victim.deviceId], script });
  const id = (await api.jobs.executions({ jobId })).items[0]?.id ?? '';
  await liar.link.hello(liar.deviceId);
  const end = { exitCode: 0, startedAt: 0, stdout: 'lie', stderr: '', stdoutBytes: 3, stderrBytes: 0 };
  const before = await storage.dump('device', 'activity');
  await liar.link.send({ kind: 'accepted', ids: [id] });
  await liar.link.send({ kind: 'started', id, at: 0 });
  await liar.link.send({ kind: 'output', id, stream: 'stdout', offset: 0, text: 'lie' });
  await liar.link.send({ kind: 'refused', id, at: 0, code: 'INTERNAL', message: 'lie' });
  await liar.link.send({ kind: 'finished', id, at: 0, outcome: 'exited', ...end });
  expect(await storage.dump('device', 'activity')).toEqual(before);
  expect(await api.executions.get({ executionId: id })).toMatchObject({ state: 'queued', stdout: '' });
  expect(liar.link.last('settled')).toEqual({ kind: 'settled', ids: [id] });
});

test('nudges wait until the agent is welcomed', async () => {
  const { disk, deviceId } = await device();
  const one = link(disk);
  one.link.transmit(await one.helloFrame(deviceId));
  const script = { language: 'shell', text: 'true' } as const;
  await Promise.all(Array.from({ length: 5 }, () => api.jobs.run({ deviceIds: [deviceId], script })));
  await settle();
  await api.jobs.run({ deviceIds: [deviceId], script });
  await settle();
  const kinds = one.frames.map(({ kind }) => kind);
  expect(kinds[0]).toBe('challenge');
  expect(kinds[1]).toBe('welcome');
  expect(kinds.at(-1)).toBe('nudge');
});
