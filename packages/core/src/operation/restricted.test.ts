import { sqliteStorage } from '@rmm/adapters-sqlite';
import { isRmmError } from '@rmm/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoleVisibility } from '../access/access-contract.js';
import { countFigures } from '../test-support/count-figures.js';
import { idSamples } from '../test-support/id-samples.js';
import { probePlugin } from '../test-support/probe-plugin.js';
import { settle } from '../test-support/raw-link.js';
import { recordedStorage } from '../test-support/recorded-storage.js';
import { sampleInput } from '../test-support/sample-input.js';
import {
  type NamedIds,
  type Places,
  VEIL,
  VEILED_ADDRESS,
  type VeiledSystem,
  veilSystem,
} from '../test-support/veiled-system.js';
import { testRmm } from '../testing/test-rmm.js';
import type { OperationContract } from './contract.js';

const NONE = { profiles: [], groups: [], filters: [] };
/** Two ways to the same: what is shown is named, or what is hidden. */
const ROLES: Readonly<Record<string, (places: Places) => RoleVisibility>> = {
  includes: ({ seen, part, veiling }) => ({
    include: { ...NONE, profiles: [seen, part] },
    exclude: { ...NONE, filters: [veiling] },
  }),
  excludes: ({ dark, darkGroup }) => ({ include: null, exclude: { ...NONE, profiles: [dark], groups: [darkGroup] } }),
};

const storage = recordedStorage(sqliteStorage({ memory: true }));
const server = await testRmm({ storage, plugins: [probePlugin({ seen: [], pause: Promise.resolve() })] });
afterAll(() => server[Symbol.asyncDispose]());

const operations = [...server.rmm.operations].map(([name, contract]) => ({ name, contract }));
const queries = operations.filter(({ contract }) => contract.kind === 'query');

/** Where other ids than those of the same name fit. */
const ALIASES: Readonly<Record<string, keyof NamedIds>> = {
  scope: 'profileId',
  copyOf: 'policyId',
  add: 'deviceId',
  remove: 'deviceId',
};
const nameOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1).replace(/Ids$/, 'Id');
const idFor = (ids: NamedIds, path: string): string | undefined =>
  ids[(ALIASES[nameOf(path)] ?? nameOf(path)) as keyof NamedIds];

describe.each(Object.keys(ROLES))('for a role that %s', (kind) => {
  let world: VeiledSystem;
  let before: unknown;
  beforeAll(async () => {
    world = await veilSystem(server, kind, ROLES[kind] as (places: Places) => RoleVisibility);
    before = await veiledRows();
  });

  const veiledRows = async () => {
    const tables = await storage.dump('activity', 'activityDevice', 'activityHead');
    const { veiled } = world;
    const ofVeiled = (row: object) => Object.values(row).some((value) => veiled.includes(String(value)));
    return Object.entries(tables).map(([table, rows]) => [table, rows.filter(ofVeiled)]);
  };

  /** What a call by the restricted user comes to, in words in which no id stands. */
  async function outcome(name: string, input: unknown, id: string): Promise<unknown> {
    try {
      const output = await server.rmm.call(world.user, name, input);
      if (server.rmm.operations.get(name)?.kind === 'stream') await (output as AsyncIterator<unknown>).return?.();
      return 'done';
    } catch (error) {
      if (!isRmmError(error)) throw error;
      return JSON.parse(
        JSON.stringify({ ...error.toJSON?.(), code: error.code, message: error.message }).replaceAll(id, 'ID'),
      );
    }
  }

  /** The texts and ids of `said` that must not be in it; what the request named may be repeated. */
  function leaks(said: unknown, request: unknown = {}): string[] {
    const text = JSON.stringify(said);
    const asked = JSON.stringify(request);
    return [VEIL, VEILED_ADDRESS, ...world.veiled].filter((secret) => text.includes(secret) && !asked.includes(secret));
  }

  const cases = operations.flatMap(({ name, contract }) => {
    const paths = new Set(idSamples(contract.input).flatMap(({ ids }) => [...ids.keys()]));
    return [...paths].map((path) => ({ name, path, contract }));
  });

  test.each(cases)(
    '$name does not tell a hidden $path from one that does not exist',
    async ({ name, path, contract }) => {
      let tried = 0;
      for (const sample of idSamples(contract.input)) {
        const marker = sample.ids.get(path);
        const hidden = idFor(world.hidden, path);
        if (marker === undefined || hidden === undefined) continue;
        const filled = (id: string) => filledIn(sample.input, sample.ids, path, id);
        const [told, wanted] = [
          await outcome(name, filled(hidden), hidden),
          await outcome(name, filled('nowhere'), 'nowhere'),
        ];
        expect(told).toEqual(wanted);
        expect(told).not.toBe('done');
        tried++;
      }
      if (idFor(world.hidden, path) !== undefined) expect(tried).toBeGreaterThan(0);
    },
  );

  /** All other ids are of things that the user sees. */
  function filledIn(input: unknown, ids: ReadonlyMap<string, string>, path: string, id: string): unknown {
    const values = new Map(
      [...ids].map(([at, marker]) => [marker, at === path ? id : (idFor(world.visible, at) ?? 'x')]),
    );
    return JSON.parse(JSON.stringify(input), (_key, value) => values.get(value) ?? value);
  }

  test('what was tried changed nothing of what is hidden', async () => {
    expect(await veiledRows()).toEqual(before);
  });

  test.each(queries)('$name shows nothing that is hidden', async ({ name, contract }) => {
    for (const input of inputsOf(name, contract)) {
      const said = await server.rmm.call(world.user, name, input).catch((error: unknown) => {
        if (!isRmmError(error) || error.code === 'INTERNAL') throw error;
        return { message: error.message, details: error.details };
      });
      expect(leaks(said, input), `${name} ${JSON.stringify(input)}`).toEqual([]);
    }
  });

  function inputsOf(name: string, { input }: OperationContract): readonly Record<string, unknown>[] {
    const { visible, shared } = world;
    const known = { ...visible, deviceIds: [visible.deviceId], profileIds: [visible.profileId], scope: null };
    const both = { ...known, ...shared };
    const all = [
      {},
      sampleInput(input, known),
      sampleInput(input, known, true),
      sampleInput(input, both),
      ...(WIDE[name] ?? []),
    ];
    const own = Object.keys(both).filter((field) => field in input.properties);
    return [
      ...all,
      ...own.map((field) => ({ ...sampleInput(input, known), [field]: both[field as keyof typeof both] })),
    ];
  }

  test('an export with every column shows nothing that is hidden', async () => {
    const { items } = await world.mine.fields.list();
    const { text } = await world.mine.devices.export({ columns: items.map(({ id }) => id).slice(0, 100) });
    expect(text).toContain('plain-package');
    expect(leaks(text)).toEqual([]);
  });

  test('events tell of what is visible, and of nothing else', async () => {
    const abort = new AbortController();
    const heard: unknown[] = [];
    const stream = (await server.rmm.call(
      world.user,
      'events.subscribe',
      {},
      { signal: abort.signal },
    )) as AsyncIterable<unknown>;
    const ended = (async () => {
      for await (const event of stream) heard.push(event);
    })();
    for (const side of ['visible', 'hidden'] as const) await stir(world, world[side]);
    await settle();
    abort.abort();
    await ended;
    expect(leaks(heard)).toEqual([]);
    const names = new Set(heard.map((event) => (event as { name: string }).name));
    for (const name of [
      'device.changed',
      'group.changed',
      'job.changed',
      'profile.changed',
      'device.offline',
      'filter.changed',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('every figure counts what is visible', async () => {
    const { api, mine } = world;
    const { items: all } = await api.devices.list({ limit: 1000 });
    const seen = new Set(all.filter(({ hostname }) => !hostname.startsWith(VEIL)).map(({ id }) => id));
    expect(seen.size).toBe(2);
    await countFigures({ api, mine, seen });
  });
});

/** What queries are asked besides. */
const filter = { all: [] };
const WIDE: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  'devices.list': [
    { suspended: true },
    { search: VEIL },
    { search: VEILED_ADDRESS },
    { favourite: true },
    { filter },
    { filterId: 'default-all', sortBy: 'device.lastUser' },
    { filter: { all: [{ field: 'software.name', condition: 'contains', term: VEIL }] } },
  ],
  'devices.export': [{ filter }, { favourite: true }],
  'groups.list': [{ everywhere: true }],
  'filters.list': [{ everywhere: true }],
  'jobs.list': [{ status: 'active' }, { status: 'completed' }, { colour: 'green' }, { colour: 'orange' }],
  'activity.list': [
    { agents: true, limit: 1000 },
    { operation: 'devices', limit: 1000 },
  ],
  'profiles.list': [{ search: VEIL }],
  'filters.evaluate': [{ filter, sample: 100 }],
};

/** Has something happen to each thing. */
async function stir({ api, agents }: VeiledSystem, ids: NamedIds): Promise<void> {
  const { deviceId, profileId, groupId, filterId } = ids;
  const agent = deviceId === agents.visible.deviceId ? agents.visible : agents.veiled[0];
  await api.notes.add({ deviceId, text: 'stirred' });
  await api.groups.removeDevices({ groupId, deviceIds: [deviceId] });
  await api.groups.addDevices({ groupId, deviceIds: [deviceId] });
  await api.profiles.update({ profileId, powerRatingWatts: 100 });
  await api.filters.update({ filterId, filter: { all: [{ field: 'status.online', condition: 'isTrue' }] } });
  await api.components.update({ componentId: ids.componentId, category: 'stirred' });
  await api.jobs.run({ script: { language: 'shell', text: 'true' }, deviceIds: [deviceId] });
  await agent?.disconnect();
  await agent?.connect();
}
