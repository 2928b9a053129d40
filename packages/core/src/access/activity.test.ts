import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@rmm/adapters-sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RmmApi } from '../core-api.js';
import type { Row, Storage, StorageOps } from '../storage/storage.js';
import { makeUser } from '../test-support/furnished-system.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { ChainCheck, chainHash } from './activity-chain.js';
import { activityEntry, chainHead } from './activity-entry.js';
import type { ActivityHeadRow, ActivityRow } from './activity-models.js';

const storage = sqliteStorage({ memory: true });
let server: TestRmm;
beforeAll(async () => {
  server = await testRmm({ storage });
});
afterAll(() => server[Symbol.asyncDispose]());

const seal = async (systemId: string, on: TestRmm = server) => {
  const sealed = await on.rmm.call({ kind: 'host', name: 'test', systemId }, 'activity.seal', {});
  return sealed as { sealed: number; more: boolean };
};

/** A System whose log holds so many entries. */
async function written(count: number) {
  const host = await server.system();
  const api: RmmApi = server.rmm.as(host);
  for (let i = 0; i < count; i++) await api.variables.set({ name: `V${i}`, value: 'x' });
  return { host, api, systemId: host.systemId };
}

describe('the chain', () => {
  test('takes in what was recorded within a second, and signs its end', async () => {
    const { api, systemId } = await written(3);
    const heads: unknown[] = [];
    const off = server.rmm.on('activity.sealed', (head) => heads.push(head));
    expect(await api.activity.verify()).toEqual({ intact: true, entries: 0, pending: 3, fault: null });
    expect((await api.activity.list()).items.map(({ sequence }) => sequence)).toEqual([null, null, null]);
    server.clock.advance(1000);
    await vi.waitUntil(async () => (await api.activity.verify()).pending === 0);
    off();
    const { items } = await api.activity.list();
    expect(items.map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
    expect(await api.activity.verify()).toEqual({ intact: true, entries: 3, pending: 0, fault: null });
    expect(heads).toMatchObject([{ systemId, sequence: 3, hash: items[0]?.hash }]);
  });

  test('stays one when many seal it at once while commands go on', async () => {
    const { api, systemId } = await written(40);
    const writing = Promise.all(Array.from({ length: 20 }, (_, i) => api.variables.set({ name: `W${i}`, value: 'x' })));
    const rounds = await Promise.all(Array.from({ length: 8 }, () => seal(systemId)));
    await writing;
    let sealed = rounds.reduce((sum, round) => sum + round.sealed, 0);
    for (let round = await seal(systemId); ; round = await seal(systemId)) {
      sealed += round.sealed;
      if (!round.more) break;
    }
    expect(sealed).toBe(60);
    expect(await api.activity.verify()).toEqual({ intact: true, entries: 60, pending: 0, fault: null });
  });

  test('of a System goes on alone, and nothing of another one is in it', async () => {
    const [one, two] = [await written(2), await written(5)];
    await Promise.all([seal(one.systemId), seal(two.systemId)]);
    expect(await one.api.activity.verify()).toMatchObject({ intact: true, entries: 2 });
    expect(await two.api.activity.verify()).toMatchObject({ intact: true, entries: 5 });
  });

  test('is verified and exported a page at a time', async () => {
    const { api, systemId } = await written(1);
    const [row] = await rowsOf(systemId);
    const more = Array.from({ length: 2600 }, (_, i) => ({ ...row, id: `more-${i}`, sequence: null, hash: null }));
    await storage.insert('activity', more);
    const found = vi.spyOn(storage, 'find');
    while ((await seal(systemId)).more);
    expect(await api.activity.verify()).toMatchObject({ intact: true, entries: 2601, pending: 0 });
    const pages = await Promise.all(found.mock.results.map(({ value }) => value as Promise<readonly Row[]>));
    found.mockRestore();
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(500);
  });
});

const rowsOf = async (systemId: string) =>
  (await storage.find('activity', {
    where: { field: 'systemId', op: 'eq', value: systemId },
    order: [{ field: 'sequence' }],
  })) as readonly (ActivityRow & Row)[];
const headOf = async (systemId: string) =>
  (await storage.find('activityHead', { where: { field: 'systemId', op: 'eq', value: systemId } }))[0] as
    | (ActivityHeadRow & Row)
    | undefined;
const ofSystem = (systemId: string) => ({ field: 'systemId', op: 'eq', value: systemId }) as const;

/** Puts the tables back as they were. */
async function putBack(systemId: string, rows: readonly Row[], head: Row): Promise<void> {
  await storage.remove('activity', ofSystem(systemId));
  await storage.remove('activityHead', ofSystem(systemId));
  await storage.insert('activity', rows);
  await storage.insert('activityHead', [head]);
}

describe('whoever can write to the database', () => {
  const FIELDS = [
    'actorName',
    'feature',
    'operation',
    'summary',
    'at',
    'outcome',
    'input',
    'roleName',
    'actorId',
    'hash',
  ] as const;
  type Rows = readonly (ActivityRow & Row)[];
  const other = (field: string, value: unknown): unknown =>
    field === 'at' ? Number(value) + 1 : field === 'input' ? { name: 'other' } : `${String(value)}x`;
  /** What the log becomes: rows and head. */
  type Tampering = (rows: Rows, head: Row) => { rows: readonly Row[]; head: Row | undefined };
  const place = fc.nat(9);
  const tampering: fc.Arbitrary<Tampering> = fc.oneof(
    fc.record({ at: place, field: fc.constantFrom(...FIELDS) }).map<Tampering>(({ at, field }) => (rows, head) => ({
      rows: rows.map((row, i) => (i === at ? { ...row, [field]: other(field, row[field]) } : row)),
      head,
    })),
    place.map<Tampering>((at) => (rows, head) => ({ rows: rows.filter((_, i) => i !== at), head })),
    place.map<Tampering>((at) => (rows, head) => ({ rows: rows.slice(0, at), head })),
    fc
      .tuple(place, place)
      .filter(([a, b]) => a !== b)
      .map<Tampering>(([a, b]) => (rows, head) => ({
        rows: rows.map((row, i) =>
          i === a ? { ...row, sequence: b + 1 } : i === b ? { ...row, sequence: a + 1 } : row,
        ),
        head,
      })),
    fc.constantFrom(0, -3, 11, 12).map<Tampering>((sequence) => (rows, head) => ({
      rows: [...rows, { ...rows[0], id: 'new', sequence }],
      head,
    })),
    place.map<Tampering>((at) => (rows, head) => ({
      rows: rows.map((row, i) => (i === at ? { ...row, sequence: null, hash: null } : row)),
      head,
    })),
    fc.constantFrom<Tampering>(
      (rows) => ({ rows, head: undefined }),
      (rows, head) => ({ rows, head: { ...head, hash: 'f'.repeat(64) } }),
      (rows, head) => ({ rows, head: { ...head, signature: '' } }),
      (rows, head) => ({ rows: rows.slice(0, 5), head: { ...head, sequence: 5, hash: rows[4]?.hash } }),
    ),
    // All hashes made anew from some entry on, without the key.
    place.map<Tampering>((from) => (rows, head) => {
      const changed = rows.map((row, i) => (i === from ? { ...row, actorName: 'someone else' } : row));
      const check = new ChainCheck();
      const resealed = changed.map((row) => {
        const { sequence: _sequence, hash: _hash, ...content } = activityEntry(row);
        const hash = chainHash(check.last.hash, content);
        check.add(content, row.sequence, hash);
        return { ...row, hash };
      });
      return { rows: resealed, head: { ...head, hash: resealed.at(-1)?.hash } };
    }),
  );

  test('cannot change, remove, add or reorder what is sealed without being found out', async () => {
    const { api, systemId } = await written(10);
    await seal(systemId);
    const rows = await rowsOf(systemId);
    const head = await headOf(systemId);
    if (!head) throw new Error('The log was not sealed');
    await fc.assert(
      fc.asyncProperty(tampering, async (tamper) => {
        const after = tamper(rows, head);
        await putBack(systemId, after.rows, after.head ?? head);
        if (!after.head) await storage.remove('activityHead', ofSystem(systemId));
        const { intact, fault } = await api.activity.verify();
        expect([intact, fault]).toEqual([false, { sequence: expect.any(Number), reason: expect.any(String) }]);
      }),
      { numRuns: 150 },
    );
    await putBack(systemId, rows, head);
    expect(await api.activity.verify()).toMatchObject({ intact: true, entries: 10 });
  });

  test('is told which entry it was', async () => {
    const { api, systemId } = await written(6);
    await seal(systemId);
    const where = { all: [ofSystem(systemId), { field: 'sequence', op: 'eq', value: 4 } as const] };
    await storage.update('activity', where, { actorName: 'nobody' });
    expect((await api.activity.verify()).fault).toMatchObject({
      sequence: 4,
      reason: expect.stringContaining('sealed'),
    });
    await storage.remove('activity', where);
    expect((await api.activity.verify()).fault).toMatchObject({
      sequence: 4,
      reason: expect.stringContaining('missing'),
    });
  });

  test('cannot set the log back to an older state under the running server, which seals nothing on top of it', async () => {
    const { api, systemId } = await written(4);
    await seal(systemId);
    const [rows, head] = [await rowsOf(systemId), await headOf(systemId)];
    await api.variables.set({ name: 'AFTER', value: 'x' });
    await seal(systemId);
    await putBack(systemId, rows, head ?? {});
    expect((await api.activity.verify()).fault).toMatchObject({
      sequence: 5,
      reason: expect.stringContaining('up to 5'),
    });
    await api.variables.set({ name: 'MORE', value: 'x' });
    await expect(seal(systemId)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await api.activity.verify()).intact).toBe(false);
  });
});

describe('a server that ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rmm-activity-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  /** Fails where told, as a disk may. */
  function fragile(real: Storage): { disk: Storage; broken: Set<string> } {
    const broken = new Set<string>();
    const guarded = (ops: StorageOps): StorageOps =>
      proxied(ops, {
        put: async (model, rows) => {
          if (broken.has(model)) throw new Error('disk full');
          await ops.put(model, rows);
        },
      });
    const disk = proxied(real, { transaction: (work) => real.transaction((tx) => work(guarded(tx))) });
    return { disk, broken };
  }
  /** The same object with some methods of ours. */
  const proxied = <T extends object>(target: T, methods: Partial<T>): T =>
    new Proxy(target, {
      get: (_, name) => {
        const own: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
        return typeof own === 'function' ? own.bind(target) : own;
      },
    });

  test('between a command and its seal loses nothing: the next one seals it', async () => {
    const file = join(folder, 'a.db');
    const { disk, broken } = fragile(sqliteStorage({ file }));
    const first = await testRmm({ storage: disk });
    const host = await first.system();
    const api = first.rmm.as(host);
    for (let i = 0; i < 3; i++) await api.variables.set({ name: `V${i}`, value: 'x' });
    broken.add('activityHead');
    await expect(seal(host.systemId, first)).rejects.toThrow();
    expect(await api.activity.verify()).toEqual({ intact: true, entries: 0, pending: 3, fault: null });
    await first[Symbol.asyncDispose]();

    await using second = await testRmm({ storage: sqliteStorage({ file }), clock: first.clock });
    const again = second.rmm.as(host);
    expect((await again.activity.verify()).pending).toBe(3);
    second.clock.advance(1000);
    await vi.waitUntil(async () => (await again.activity.verify()).pending === 0);
    expect(await again.activity.verify()).toMatchObject({ intact: true, entries: 3 });
  });

  test('in good order seals what is left', async () => {
    const file = join(folder, 'b.db');
    const first = await testRmm({ storage: sqliteStorage({ file }) });
    const host = await first.system();
    await first.rmm.as(host).variables.set({ name: 'V', value: 'x' });
    await first[Symbol.asyncDispose]();
    const left = sqliteStorage({ file });
    await using second = await testRmm({ storage: left });
    expect(await second.rmm.as(host).activity.verify()).toMatchObject({ intact: true, entries: 1, pending: 0 });
    const [head] = (await left.find('activityHead')) as unknown as ActivityHeadRow[];
    expect(head && chainHead(head).sequence).toBe(1);
  });
});

describe('the list', () => {
  test('finds entries by who, what, outcome, device and time, page by page', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    const began = new Date(server.clock.now()).toISOString();
    const { id: profileId } = await api.profiles.create({ name: 'P' });
    const agents = [];
    for (const hostname of ['a', 'b']) agents.push(await TestAgent.enrol(server.rmm, host, { profileId, hostname }));
    const [a = '', b = ''] = agents.map(({ deviceId }) => deviceId);
    const user = await makeUser({ host, api }, 'clerk', { profiles: 'manage' });
    const clerk = server.rmm.as(user);
    server.clock.advance(10_000);
    const noon = new Date(server.clock.now()).toISOString();
    await clerk.devices.tag({ deviceIds: [a], add: ['x'] });
    await clerk.devices.tag({ deviceIds: [a, b], add: ['y'] });
    await api.devices.update({ deviceId: b, description: 'B' });
    await expect(clerk.components.create({ name: 'C', language: 'shell', script: ':' })).rejects.toThrow();
    const found = async (filter: Parameters<RmmApi['activity']['list']>[0]) =>
      (await api.activity.list(filter)).items.map(({ operation }) => operation);
    expect(await found({ actorId: user.userId })).toEqual(['components.create', 'devices.tag', 'devices.tag']);
    expect(await found({ outcome: 'refused' })).toEqual(['components.create']);
    expect(await found({ operation: 'devices' })).toEqual(['devices.update', 'devices.tag', 'devices.tag']);
    expect(await found({ operation: 'devices.tag', deviceId: b })).toEqual(['devices.tag']);
    expect(await found({ deviceId: b })).toEqual(['devices.update', 'devices.tag']);
    expect(await found({ from: noon })).toHaveLength(4);
    expect(await found({ from: began, to: new Date(server.clock.now() - 1).toISOString() })).not.toContain(
      'devices.tag',
    );
    expect(await found({ agents: true })).toEqual(expect.arrayContaining(['agents.enrol']));
    expect(await found({})).not.toContain('agents.connected');
    const [tag] = (await api.activity.list({ operation: 'devices.tag' })).items;
    expect(tag).toMatchObject({ roleName: 'Role of clerk', deviceIds: [a, b], actorName: 'clerk', outcome: 'done' });

    const whole = (await api.activity.list({ agents: true })).items;
    const paged: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page = await api.activity.list({ agents: true, limit: 3, ...(cursor !== null && { cursor }) });
      paged.push(...page.items);
      ({ cursor } = page);
    } while (cursor !== null);
    expect(paged).toEqual(whole);
    await expect(api.activity.list({ cursor: 'eyJpZCI6IngifQ' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(api.activity.list({ deviceId: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('names all devices of a large command in an entry of the first hundred, and finds it by each', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    const { id: profileId } = await api.profiles.create({ name: 'P' });
    const deviceIds: string[] = [];
    for (let i = 0; i < 105; i++) {
      deviceIds.push((await TestAgent.enrol(server.rmm, host, { profileId, hostname: `pc-${i}` })).deviceId);
    }
    await api.devices.tag({ deviceIds, add: ['x'] });
    const { items } = await api.activity.list({ deviceId: deviceIds[104] ?? '' });
    expect(items.map(({ operation, deviceIds: named }) => [operation, named.length])).toEqual([['devices.tag', 100]]);
  });

  test('shows who does not see every device their own doing, and what was done to devices that they see', async () => {
    const host = await server.system();
    const api = server.rmm.as(host);
    const ids = [];
    for (const name of ['A', 'B']) {
      const { id: profileId } = await api.profiles.create({ name });
      ids.push({ profileId, ...(await TestAgent.enrol(server.rmm, host, { profileId, hostname: name })).actor });
    }
    const [a, b] = ids;
    const exclude = { profiles: [], groups: [], filters: [] };
    const visibility = { include: { ...exclude, profiles: [a?.profileId ?? ''] }, exclude };
    const user = await makeUser({ host, api }, 'clerk', 'manage', visibility);
    const clerk = server.rmm.as(user);
    const tag = (deviceIds: string[]) => api.devices.tag({ deviceIds, add: [`t${deviceIds.length}`] });
    for (const named of [[a?.deviceId ?? ''], [b?.deviceId ?? ''], [a?.deviceId ?? '', b?.deviceId ?? '']])
      await tag(named);
    await clerk.devices.update({ deviceId: a?.deviceId ?? '', description: 'mine' });
    const { items } = await clerk.activity.list();
    expect(items.map(({ operation, deviceIds }) => [operation, deviceIds])).toEqual([
      ['devices.update', [a?.deviceId]],
      ['devices.tag', [a?.deviceId]],
    ]);
    for (const call of [() => clerk.activity.export(), () => clerk.activity.verify()]) {
      await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(clerk.activity.list({ deviceId: b?.deviceId ?? '' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
