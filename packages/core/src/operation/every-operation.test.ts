import { sqliteStorage } from '@rmm/adapters-sqlite';
import { isRmmError } from '@rmm/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor, UserActor } from '../port/actor.js';
import { type FurnishedSystem, furnishSystem, makeUser } from '../test-support/furnished-system.js';
import { recordedStorage } from '../test-support/recorded-storage.js';
import { sampleInput } from '../test-support/sample-input.js';
import { testRmm } from '../testing/test-rmm.js';
import type { OperationContract } from './contract.js';

const storage = recordedStorage(sqliteStorage({ memory: true }));
const server = await testRmm({ storage });
const operations = [...server.rmm.operations].map(([name, contract]) => ({ name, contract }));
const names = operations.map(({ name }) => name);
const ofKind = (wanted: (contract: OperationContract) => boolean) =>
  operations.filter(({ contract }) => wanted(contract)).map(({ name }) => name);

let mine: FurnishedSystem;
let theirs: FurnishedSystem;
let nobody: UserActor;
let viewer: UserActor;
let manager: UserActor;
let disabled: UserActor;

/** All rows, but for the activity log, in which refusals belong. */
const rows = () => storage.dump('activity');
const contractOf = (name: string): OperationContract => {
  const contract = server.rmm.operations.get(name);
  if (!contract) throw new Error(`There is no ${name}`);
  return contract;
};

/** What a call comes to: its error's code, or its output. Errors that nobody declared make the test fail. */
async function outcome(actor: Actor, name: string, input: unknown): Promise<{ code: string } | { output: unknown }> {
  try {
    const output = await server.rmm.call(actor, name, input);
    if (contractOf(name).kind !== 'stream') return { output };
    await (output as AsyncIterator<unknown>).return?.();
    return { output: null };
  } catch (error) {
    if (!isRmmError(error)) throw error;
    if (error.code === 'INTERNAL' || error.code === 'STORAGE_UNIQUE') throw error;
    return { code: error.code };
  }
}

beforeAll(async () => {
  mine = await furnishSystem(server, 'mine');
  theirs = await furnishSystem(server, 'theirs');
  nobody = await makeUser(mine, 'nobody', 'disabled');
  viewer = await makeUser(mine, 'viewer', 'view');
  manager = await makeUser(mine, 'manager', 'manage');
  disabled = await makeUser(mine, 'disabled', 'manage');
  await mine.api.users.update({ userId: disabled.userId, disabled: true });
});
afterAll(() => server[Symbol.asyncDispose]());

test('every operation is looked at', () => {
  expect(names.length).toBeGreaterThan(70);
});

describe.each(names)('%s', (name) => {
  const contract = contractOf(name);

  test('does nothing on behalf of nobody', async () => {
    const strangers = [
      undefined,
      null,
      {},
      'host',
      { kind: 'root' },
      { kind: 'user' },
      { kind: 'user', systemId: 'x' },
    ];
    const forged = [
      { kind: 'agent', systemId: '', deviceId: 'x' },
      { kind: 'host', name: 'x', systemId: 7 },
    ];
    for (const actor of [...strangers, ...forged]) {
      expect(await outcome(actor as unknown as Actor, name, {})).toEqual({ code: 'UNAUTHENTICATED' });
    }
  });

  test('knows no System that does not exist', async () => {
    const code = contract.requires === 'agent' ? 'FORBIDDEN' : 'NOT_FOUND';
    const host = await outcome({ kind: 'host', systemId: 'nowhere', name: 'host' }, name, {});
    expect([{ code: 'NOT_FOUND' }, { code }]).toContainEqual(host);
    const user = await outcome({ kind: 'user', systemId: 'nowhere', userId: 'x' }, name, {});
    expect([{ code: 'UNAUTHENTICATED' }, { code: 'FORBIDDEN' }]).toContainEqual(user);
  });

  test('refuses those who have no right to it, and changes nothing', async () => {
    const { systemId } = mine.host;
    const refusals: [Actor, string][] = [];
    const agent = mine.agent.actor;
    if (contract.requires === 'host') {
      refusals.push([manager, 'FORBIDDEN'], [nobody, 'FORBIDDEN'], [agent, 'FORBIDDEN']);
    } else if (contract.requires === 'agent') {
      refusals.push([manager, 'FORBIDDEN'], [mine.host, 'FORBIDDEN']);
    } else {
      refusals.push([agent, 'FORBIDDEN'], [{ kind: 'host', name: 'host' }, 'UNAUTHENTICATED']);
      refusals.push([disabled, 'UNAUTHENTICATED'], [{ kind: 'user', systemId, userId: 'x' }, 'UNAUTHENTICATED']);
      refusals.push([{ ...viewer, systemId: theirs.host.systemId }, 'UNAUTHENTICATED']);
      if (typeof contract.requires !== 'string') {
        refusals.push([nobody, 'FORBIDDEN']);
        const level = contract.requires.level ?? (contract.kind === 'command' ? 'manage' : 'view');
        if (level === 'manage') refusals.push([viewer, 'FORBIDDEN']);
      }
    }
    const before = await rows();
    for (const [actor, code] of refusals) {
      for (const input of [{}, sampleInput(contract.input, mine.known), { junk: true }]) {
        expect(await outcome(actor, name, input)).toEqual({ code });
      }
    }
    expect(await rows()).toEqual(before);
  });

  test('finds nothing of another System, whichever id names it', async () => {
    // Some of what is tried succeeds, and must not change what other tests find.
    const caller = contract.kind === 'command' ? await furnishSystem(server, `caller-${name}`) : mine;
    const actor = contract.requires === 'agent' ? caller.agent.actor : caller.host;
    const own = sampleInput(contract.input, caller.known, true);
    const foreign = Object.keys(contract.input.properties).filter((field) => Object.hasOwn(theirs.known, field));
    const others = rowsOf(await storage.dump(), theirs.host.systemId);
    for (const field of foreign) {
      const minimal = sampleInput(contract.input, caller.known);
      for (const base of [minimal, own]) {
        const result = await outcome(actor, name, { ...base, [field]: theirs.known[field] });
        const said = JSON.stringify(result);
        for (const secret of theirs.secrets) {
          // What the caller itself named may be repeated to it.
          if (!JSON.stringify(theirs.known[field]).includes(secret)) expect(said).not.toContain(secret);
        }
      }
    }
    expect(rowsOf(await storage.dump(), theirs.host.systemId)).toEqual(others);
  });

  test('answers junk with what is wrong with it', async () => {
    const actor = contract.requires === 'agent' ? mine.agent.actor : mine.host;
    const junk = fc.oneof(fc.anything({ withBigInt: true, withDate: true, withMap: true }), fc.json(), fc.object());
    await fc.assert(
      fc.asyncProperty(junk, async (input) => {
        const result = await outcome(actor, name, input);
        if ('output' in result)
          expect(input === undefined || input === null || Object.keys(input).length === 0).toBe(true);
      }),
      { numRuns: 15 },
    );
    for (const input of [() => 1, Symbol('x'), 5, 'text', [], new Date(), { __proto__: null, x: 1 }]) {
      expect(await outcome(actor, name, input)).toEqual({ code: 'INVALID_INPUT' });
    }
  });

  test('names the field that does not fit', async () => {
    const actor = contract.requires === 'agent' ? mine.agent.actor : mine.host;
    const whole = sampleInput(contract.input, mine.known, true);
    for (const field of [...Object.keys(contract.input.properties), 'unknownField']) {
      const call = server.rmm.call(actor, name, { ...whole, [field]: { un: ['fit'] } });
      const error = await call.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!isRmmError(error, 'INVALID_INPUT')) throw new Error(`${name} took ${field}: ${String(error)}`);
      expect(error.message).toContain(field);
      const issues = error.details?.issues as { path: string }[];
      expect(issues.some(({ path }) => path.startsWith(`/${field}`))).toBe(true);
    }
  });
});

test('what was refused is in the activity log, without what was sent', async () => {
  const names = ofKind(({ kind, requires }) => kind === 'command' && typeof requires !== 'string');
  for (const name of names) await outcome(nobody, name, { password: 'hunter2', junk: 'hunter2' });
  const { items } = await mine.api.activity.list({ actorId: nobody.userId, limit: 1000 });
  expect(new Set(items.map((entry) => entry.outcome))).toEqual(new Set(['refused']));
  expect(items.map(({ operation }) => operation)).toEqual(expect.arrayContaining(names));
  expect(JSON.stringify(await storage.dump())).not.toContain('hunter2');
});

function rowsOf(tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>, systemId: string) {
  const own = Object.entries(tables).map(([table, all]) => [
    table,
    all.filter((row) => row.systemId === systemId || row.id === systemId || row.ofSystem === systemId),
  ]);
  return Object.fromEntries(own);
}
