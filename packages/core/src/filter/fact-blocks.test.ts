import { sqliteStorage } from '@rmm/adapters-sqlite';
import { canonicalJson } from '@rmm/protocol';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { summariseAudit } from '../audit/summarise-audit.js';
import type { RmmApi } from '../core-api.js';
import { definePlugin } from '../plugin/plugin.js';
import type { Row, Storage } from '../storage/storage.js';
import { sampleAudit } from '../testing/sample-audit.js';
import { TestAgent } from '../testing/test-agent.js';
import { type TestRmm, testRmm } from '../testing/test-rmm.js';
import { AUDIT_FACTS, auditFacts } from './audit-facts.js';
import { SUMMARY_FACTS, summaryFacts } from './device-facts.js';
import type { FactBlockRow } from './fact-block-model.js';
import { BLOCK_FORMAT } from './fact-blocks.js';
import type { FactService } from './fact-service.js';
import { factsRef } from './facts-ref.js';

const opened: TestRmm[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server[Symbol.asyncDispose]();
});

/** A storage that counts what is read from it, by model. */
function counting(storage: Storage) {
  const reads = new Map<string, number>();
  const wrapped = new Proxy(storage, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'find') return value.bind(target);
      return (model: string, options: unknown) => {
        reads.set(model, (reads.get(model) ?? 0) + 1);
        return value.call(target, model, options);
      };
    },
  });
  return { storage: wrapped, reads: (model: string) => reads.get(model) ?? 0 };
}

async function start(storage: Storage) {
  let facts: FactService | undefined;
  const peek = definePlugin({
    id: 'peek',
    compat: '*',
    requires: ['filters'],
    setup: (context) => {
      facts = context.use(factsRef);
      return {};
    },
  });
  const server = await testRmm({ storage, plugins: [peek] });
  opened.push(server);
  const host = await server.system();
  if (!facts) throw new Error('The plugin was not set up');
  const api = server.rmm.as(host) as RmmApi;
  const { id: profileId } = await api.profiles.create({ name: 'P' });
  const enrol = (hostname: string) => TestAgent.enrol(server.rmm, host, { profileId, hostname });
  return { server, systemId: host.systemId, facts, api, enrol, storage };
}

type Started = Awaited<ReturnType<typeof start>>;

/** All facts of all devices, and who is in the stored filters. */
async function shown({ facts, systemId, api }: Started): Promise<unknown> {
  const index = await facts.open(systemId);
  const filters = (await api.filters.list()).items.map(({ id }) => id);
  return {
    devices: [...index.facts.all()].sort().map((id) => [id, canonicalJson(unordered(index.facts.facts(id) ?? {}))]),
    filters: filters.map((id) => [id, [...(index.filters.members(id) ?? [])].sort()]),
  };
}

const unordered = (facts: object) =>
  Object.fromEntries(
    Object.entries(facts).map(([id, value]) => [id, Array.isArray(value) ? value.map(canonicalJson).sort() : value]),
  );

const packages = fc.array(
  fc.record({
    name: fc.constantFrom('bash', 'curl', 'zsh', 'Ünï', 'tab\tand\nline'),
    version: fc.constantFrom('1', '2.0', '2.0-1', ''),
    source: fc.constantFrom('dpkg', 'rpm', 'windows', 'macos'),
  }),
  { maxLength: 6 },
);
const step = fc.oneof(
  fc.record({ do: fc.constant('audit'), device: fc.nat(4), packages, freeGb: fc.nat(3), protects: fc.boolean() }),
  fc.record({ do: fc.constantFrom('enrol', 'delete', 'store', 'drop', 'tag'), device: fc.nat(4) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const networkOf = (n: number) => ({
  adapters: [{ name: 'eth0', mac: `02:00:00:00:00:0${n}`, addresses: [`192.0.2.${n}/24`] }],
});

async function play(story: Started & { agents: TestAgent[] }, act: Step): Promise<void> {
  const { agents, enrol, api, facts, systemId } = story;
  const agent = agents[act.device % Math.max(1, agents.length)];
  if (act.do === 'enrol' || !agent) {
    agents.push(await enrol(`pc-${agents.length}`));
  } else if ('packages' in act) {
    const sections = {
      software: { packages: [...act.packages] },
      volumes: { volumes: [{ mount: '/', sizeBytes: 10 * 2 ** 30, freeBytes: act.freeGb * 2 ** 30 }] },
      security: { antivirus: [{ product: 'A', enabled: act.protects }], firewall: [] },
    };
    await agent.audit({ ...sections, ...(act.protects && { network: networkOf(act.freeGb) }) });
  } else if (act.do === 'delete') {
    await api.devices.remove({ deviceIds: [agent.deviceId] });
    if (act.device % 2) await story.storage.remove('device', { field: 'id', op: 'eq', value: agent.deviceId });
    await facts.refresh(systemId, [agent.deviceId]);
    if (act.device % 2) agents.splice(agents.indexOf(agent), 1);
  } else if (act.do === 'tag') {
    await api.devices.tag({ deviceIds: [agent.deviceId], add: ['t'], remove: [] }).catch(() => undefined);
  } else if (act.do === 'store') {
    await (await facts.open(systemId)).store(1);
  } else {
    facts.drop(systemId);
  }
}

describe('the index read from storage', () => {
  test('equals the index kept live, with and without blocks, after any story', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (acts) => {
        const started = await start(sqliteStorage({ memory: true }));
        const { api, facts, systemId, storage } = started;
        await api.filters.create({ name: 'a', filter: { field: 'software.name', condition: 'contains', term: 'sh' } });
        await api.filters.create({ name: 'b', filter: { field: 'disk.freeGb', condition: '<', term: 2 } });
        const story = { ...started, agents: [] };
        for (const act of acts) await play(story, act).catch(onlyRefusals);
        const live = await shown(started);
        facts.drop(systemId);
        expect(await shown(started)).toEqual(live);
        await storage.remove('factBlock', { all: [] });
        facts.drop(systemId);
        expect(await shown(started)).toEqual(live);
        await opened.pop()?.[Symbol.asyncDispose]();
      }),
      { numRuns: 12 },
    );
  });

  test('takes from blocks what no audit has changed since, and nothing else', async () => {
    const { storage, reads } = counting(sqliteStorage({ memory: true }));
    const started = await start(storage);
    const { api, facts, systemId, enrol } = started;
    const agents = [await enrol('a'), await enrol('b')];
    for (const agent of agents) await agent.audit(sampleAudit());
    await (await facts.open(systemId)).store(1);
    const audits = async () => {
      const before = reads('auditSection');
      facts.drop(systemId);
      await facts.open(systemId);
      return reads('auditSection') - before;
    };
    expect(await audits()).toBe(0);
    const asked = { field: 'software.name', condition: 'equals', term: 'zsh' } as const;
    await agents[0]?.audit({ software: { packages: [{ name: 'zsh', version: '1', source: 'dpkg' }] } });
    expect(await audits()).toBe(1);
    expect((await api.devices.list({ filter: asked })).total).toBe(1);
    // What a block says is not believed where the device's row says something else.
    await storage.update('device', { all: [] }, { auditDigest: 5 });
    expect(await audits()).toBe(1);
    // A server of before, or of after, packs otherwise.
    await storage.update('factBlock', { all: [] }, { format: BLOCK_FORMAT + 1 });
    expect(await audits()).toBe(1);
    expect((await api.devices.list({ filter: asked })).total).toBe(1);
  });
});

test('a damaged block is made anew from audits, and keeps no server from starting', async () => {
  const started = await start(sqliteStorage({ memory: true }));
  const { storage, facts, systemId, enrol } = started;
  for (const name of ['a', 'b']) await (await enrol(name)).audit(sampleAudit());
  const index = await facts.open(systemId);
  await index.store(1);
  const whole = await shown(started);
  const [row] = await storage.find('factBlock');
  const { facts: packed } = row as unknown as FactBlockRow;
  const { software = { count: 0, columns: {}, places: '' } } = packed.lists;
  const name = { values: [], places: '' };
  const lists = (changed: object) => ({ facts: { ...packed, lists: { ...packed.lists, software: changed } } });
  const damages = [
    { facts: {} },
    { facts: { ...packed, fields: null } },
    { facts: { ...packed, fields: { ...packed.fields, 'os.name': { ...packed.fields['os.name'], values: [] } } } },
    lists({ ...software, count: 0 }),
    lists({ ...software, count: 1e15 }),
    lists({ ...software, places: '' }),
    lists({ ...software, places: Buffer.alloc(9, 0xff).toString('base64') }),
    lists({ ...software, places: 'BQUF' }),
    lists({ ...software, columns: { ...software.columns, 'software.name': name } }),
    lists({ ...software, columns: {} }),
    { devices: {} },
    { devices: ['a'] },
    { block: 1e9 },
  ];
  for (const damage of damages) {
    await storage.remove('factBlock', { all: [] });
    await storage.insert('factBlock', [{ ...row, ...damage } as Row]);
    facts.drop(systemId);
    expect(await shown(started), JSON.stringify(damage)).toEqual(whole);
  }
});

function onlyRefusals(error: unknown): void {
  expect(error).toMatchObject({ code: expect.stringMatching(/^(NOT_FOUND|FORBIDDEN|CONFLICT|DEVICE_)/) });
}

test('whoever changes what audits tell raises the format of blocks, and then this test', () => {
  const audit = sampleAudit();
  const facts = { ...auditFacts(audit), ...summaryFacts(summariseAudit(audit)) };
  expect([...AUDIT_FACTS, ...SUMMARY_FACTS].sort()).toEqual(Object.keys(facts).sort());
  expect({ format: BLOCK_FORMAT, facts }).toMatchInlineSnapshot(`
    {
      "facts": {
        "bios.name": "Acme BIOS",
        "bios.releasedAt": "2024-05-01",
        "bios.version": "2.1",
        "device.lastUser": "root",
        "device.serial": "SN-0815",
        "disk.freeGb": 40,
        "disk.freePercent": 40,
        "hardware.cpu": "Acme Fast 4",
        "hardware.cpuCores": 4,
        "hardware.displayAdapter": [
          "Acme VGA",
        ],
        "hardware.manufacturer": "Acme",
        "hardware.memoryGb": 8,
        "hardware.model": "Box 3",
        "hardware.monitor": [],
        "hardware.motherboard": "Acme MB-1",
        "hardware.networkAdapter": [
          "eth0",
        ],
        "network.domain": "example.net",
        "network.ip": [
          "192.0.2.10",
        ],
        "network.mac": [
          "02:00:00:00:00:01",
        ],
        "os.architecture": "64-bit",
        "os.family": "linux",
        "os.name": "Debian GNU/Linux",
        "os.servicePack": undefined,
        "os.version": "12",
        "security.antivirus": false,
        "security.firewall": true,
        "security.windowsUpdate": undefined,
        "software": [
          {
            "name": "bash",
            "scheme": "debian",
            "version": "5.2.15-2",
          },
          {
            "name": "openssl",
            "scheme": "debian",
            "version": "3.0.15-1~deb12u1",
          },
        ],
      },
      "format": 1,
    }
  `);
});

describe('an idle index', () => {
  const day = 86_400_000;

  test('is given up, and read again in time for every entering and leaving', async () => {
    const { storage, reads } = counting(sqliteStorage({ memory: true }));
    const { server, api, systemId, facts, enrol } = await start(storage);
    const { clock, rmm } = server;
    const loads = () => reads('groupMember');
    const agent = await enrol('pc');
    const filter = { field: 'device.enrolledAt', condition: 'olderThanDays', term: 1 } as const;
    const { id: old } = await api.filters.create({ name: 'old', filter });
    const tagged = { field: 'device.tags', condition: 'equals', term: 't' } as const;
    const { id: byTag } = await api.filters.create({ name: 'tagged', filter: tagged });
    const told: string[] = [];
    rmm.on('filter.membership', ({ filterId, kind }) => told.push(`${filterId} ${kind}`));
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= 600_000) {
        clock.advance(Math.min(left, 600_000));
        for (let turn = 0; turn < 25; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await agent.connect();
    const before = await facts.open(systemId);
    await pass(3_600_000);
    expect(await facts.open(systemId)).toBe(before);
    await agent.disconnect();
    await pass(3_600_000);
    // Given up by now: a change is told to those who wait for it, through an index of its own.
    const known = loads();
    await api.devices.tag({ deviceIds: [agent.deviceId], add: ['t'], remove: [] });
    await expect.poll(() => told).toEqual([`${byTag} entered`]);
    expect(loads()).toBeGreaterThan(known);
    expect(await facts.open(systemId)).not.toBe(before);
    await pass(day);
    await expect.poll(() => told).toEqual([`${byTag} entered`, `${old} entered`]);
  });
});
