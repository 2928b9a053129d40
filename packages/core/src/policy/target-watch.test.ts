import { sqliteStorage } from '@rmm/adapters-sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Storage } from '../storage/storage.js';
import type { TestAgent } from '../testing/test-agent.js';
import { PolicyServer } from './test-support/policy-server.js';

const PRIVACY = { privacyMode: true };
/** More than the index reads at a time. */
const MANY = 60;

let gate: Gate;
let office: PolicyServer;
beforeEach(async () => {
  gate = new Gate(sqliteStorage({ memory: true }));
  office = await PolicyServer.open(gate.storage);
});
afterEach(() => office[Symbol.asyncDispose]());

/** A storage of which one reading can be held up. */
class Gate {
  readonly storage: Storage;
  /** The models that were read outside of transactions. */
  readonly reads: string[] = [];
  #model = '';
  #pass = 0;
  #open: (() => void) | undefined;

  constructor(inner: Storage) {
    const find: Storage['find'] = async (model, options) => {
      this.reads.push(model);
      if (model === this.#model && this.#pass-- <= 0) {
        this.#model = '';
        await new Promise<void>((resolve) => {
          this.#open = resolve;
        });
      }
      return inner.find(model, options);
    };
    this.storage = new Proxy(inner, {
      get: (target, name: keyof Storage) => {
        if (name === 'find') return find;
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** Holds up the next reading of a model outside of transactions, after some that pass. */
  close(model: string, pass = 0): void {
    this.#model = model;
    this.#pass = pass;
  }

  held(): Promise<void> {
    return vi.waitFor(() => expect(this.#open).toBeDefined());
  }

  open(): void {
    this.#open?.();
  }
}

async function obedient(agents: readonly TestAgent[]): Promise<number> {
  await office.delivery.idle();
  for (const agent of agents) await agent.obey();
  return agents.filter(({ policy }) => JSON.stringify(policy?.document) === JSON.stringify({ agent: PRIVACY })).length;
}

describe('a device is found that leaves', () => {
  test('a group, while the policy is pushed without that group and the delivery is busy', async () => {
    const [one, other] = [await office.enrol('one'), await office.enrol('other')];
    const groupId = (await office.api.groups.create({ name: 'VIP', kind: 'system-devices' })).id;
    await office.api.groups.addDevices({ groupId, deviceIds: [one.deviceId] });
    const { id } = await office.policy(PRIVACY, { targets: [{ kind: 'group', id: groupId }] });
    expect(await obedient([one])).toBe(1);
    gate.close('devicePolicy');
    office.delivery.touch(office.host.systemId, { devices: [other.deviceId] });
    await gate.held();
    await office.api.groups.removeDevices({ groupId, deviceIds: [one.deviceId] });
    await office.api.policies.update({ policyId: id, targets: [] });
    await office.api.policies.push();
    gate.open();
    expect(await obedient([one])).toBe(0);
    expect(await office.stateOf(one)).toMatchObject({ state: 'in-force' });
  });

  test('the Profile, while the only policy is removed and the index is being written', async () => {
    const agents = await Promise.all(Array.from({ length: MANY }, (_, at) => office.enrol(`d${at}`)));
    const { id } = await office.policy(PRIVACY, { level: 'profile', profileId: office.north });
    expect(await obedient(agents)).toBe(MANY);
    // The first part of the devices is in the index when the rest is held up.
    gate.close('device', 2);
    const deviceIds = agents.map(({ deviceId }) => deviceId);
    const moving = office.api.devices.move({ deviceIds, profileId: office.south });
    await gate.held();
    await office.api.policies.remove({ policyId: id });
    await office.delivery.idle();
    gate.open();
    await moving;
    expect(await obedient(agents)).toBe(0);
  });

  test('its suspension, after the policies were removed', async () => {
    const one = await office.enrol('one');
    const { id } = await office.policy(PRIVACY);
    expect(await obedient([one])).toBe(1);
    await office.api.devices.remove({ deviceIds: [one.deviceId] });
    await office.api.policies.remove({ policyId: id });
    await office.delivery.idle();
    await later();
    await office.api.devices.restore({ deviceIds: [one.deviceId] });
    expect(await obedient([one])).toBe(0);
  });
});

/** Long after the last change. */
async function later(): Promise<void> {
  for (let minute = 0; minute < 10; minute++) {
    office.server.clock.advance(60_000);
    await office.delivery.idle();
  }
}

test('what no policy is for any more is not looked at for ever', async () => {
  const one = await office.enrol('one');
  const target = { kind: 'filter' as const, id: 'default-online' };
  const { id } = await office.policy(PRIVACY, { targets: [target] });
  await office.api.policies.remove({ policyId: id });
  await office.delivery.idle();
  const looksAtIt = async () => {
    gate.reads.length = 0;
    await one.disconnect();
    await one.connect();
    await office.delivery.idle();
    return gate.reads.includes('devicePolicy');
  };
  expect(await looksAtIt()).toBe(true);
  await later();
  expect(await looksAtIt()).toBe(false);
});
